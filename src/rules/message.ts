import { NAMELESS } from '../cfg/print.js';
import type { MessageArgs } from './finding.js';

/**
 * English for a finding: `{name}` in a rule's template is replaced by its argument, a list joined by ", ".
 * A placeholder without an argument stays as it is, so that a test (and a reader) can see it. Arguments are
 * never read as templates themselves. What has no name of its own in the code ("…") is not spoken of as if it had.
 */
export function fillMessage(template: string, args: MessageArgs): string {
  const nameless = args['place'] === NAMELESS;
  const said = nameless ? template.replace(' on {place}', '').replace('{place}', 'the object') : template;
  return said.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined) return whole;
    return typeof value === 'object' ? value.join(', ') : String(value);
  });
}
