/**
 * The kernel's scope-based idioms (include/linux/cleanup.h), by name. Part of parse's idiom table:
 * the CFG builder gives them their meaning without naming them.
 */
export const SCOPE_IDIOMS = {
  /** `guard(class)(args);`: enter here, leave at the end of the enclosing block. */
  guard: new Set(['guard']),
  /** `scoped_guard(class, args) { … }` */
  scopedGuard: new Set(['scoped_guard']),
  /** `scoped_cond_guard(class, on_failure, args) { … }` */
  scopedCondGuard: new Set(['scoped_cond_guard']),
  /** `no_free_ptr(p)`: the value of p, which is NULL afterwards and so is not freed. */
  noFree: new Set(['no_free_ptr', 'take_fd']),
  /** `return_ptr(p);` returns `no_free_ptr(p)`. */
  returnPtr: new Set(['return_ptr', 'retain_and_null_ptr']),
  /** Attributes of a variable whose function runs at the end of its scope. */
  cleanupAttributes: new Set(['__free', '__cleanup', 'cleanup']),
} as const;
