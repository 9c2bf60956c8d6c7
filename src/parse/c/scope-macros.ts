/** A function that a scope-declaring macro defines, its body put together from the macro's arguments. */
export interface ScopeFunction {
  readonly name: string;
  readonly params: readonly string[];
  /** Text, or the index of an argument. */
  readonly parts: readonly (string | number)[];
}

/**
 * The constructor, destructor or free function behind `DEFINE_GUARD` and its kin (include/linux/cleanup.h): their names
 * are the kernel's own. Arguments are trimmed texts. Empty for any other macro.
 */
export function scopeFunctions(macro: string, args: readonly string[]): ScopeFunction[] {
  const [name] = args;
  if (name === undefined || !/^\w+$/.test(name)) return [];
  const enter = `class_${name}_constructor`;
  const leave = `class_${name}_destructor`;
  switch (macro) {
    case 'DEFINE_GUARD':
    case 'DEFINE_LOCK_GUARD_1':
      return args.length < 4
        ? []
        : [
            { name: enter, params: ['_T'], parts: [2, '; return _T;'] },
            { name: leave, params: ['_T'], parts: ['if (_T) {', 3, ';}'] },
          ];
    case 'DEFINE_LOCK_GUARD_0':
      return args.length < 3
        ? []
        : [
            { name: enter, params: [], parts: [1, ';'] },
            { name: leave, params: [], parts: [2, ';'] },
          ];
    case 'DEFINE_GUARD_COND':
    case 'DEFINE_LOCK_GUARD_1_COND': {
      const variant = args[1] ?? '';
      return args.length < 3 || !/^\w+$/.test(variant)
        ? []
        : [{ name: `class_${name}${variant}_constructor`, params: ['_T'], parts: ['return (', 2, ') ? _T : NULL;'] }];
    }
    case 'DEFINE_CLASS':
      return args.length < 4
        ? []
        : [
            { name: enter, params: args.slice(4).flatMap(parameterName), parts: ['return (', 3, ');'] },
            { name: leave, params: ['_T'], parts: [2, ';'] },
          ];
    case 'DEFINE_FREE':
      return args.length < 3 ? [] : [{ name: `__free_${name}`, params: ['_T'], parts: [2, ';'] }];
    default:
      return [];
  }
}

/** `struct foo *p` to `p`; `void` to nothing. */
function parameterName(declaration: string): string[] {
  const name = /(\w+)\s*(?:\[[^\]]*\])?$/.exec(declaration)?.[1];
  return name === undefined || name === 'void' ? [] : [name];
}
