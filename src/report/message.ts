import type { MessageArgs } from '../rules/finding.js';

/**
 * English for a finding: `{name}` in a rule's template is replaced by its argument, a list joined by ", ".
 * A placeholder without an argument stays as it is, so that a test (and a reader) can see it. Arguments are
 * never read as templates themselves.
 */
export function fillMessage(template: string, args: MessageArgs): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined) return whole;
    return typeof value === 'object' ? value.join(', ') : String(value);
  });
}
