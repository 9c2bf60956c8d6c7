/** How a function changed, contract changes first. */
export const CHANGE_CLASSES = [
  'contract',
  'order',
  'flags',
  'new-exit',
  'scope-widened',
  'scope-narrowed',
  'added',
  'removed',
  'moved',
  'renamed',
  'cosmetic',
  'none',
] as const;
export type ChangeClass = (typeof CHANGE_CLASSES)[number];

/** What a caller holds when the function comes back one way, in the words of a kernel developer. */
export interface ExitContract {
  /** "returns NULL", "returns 0", "error return", "returns", "returns true" … */
  readonly exit: string;
  /** "anon_vma->root->rwsem (read)" … sorted. */
  readonly gains: readonly string[];
  readonly drops: readonly string[];
  readonly needs: readonly string[];
}
