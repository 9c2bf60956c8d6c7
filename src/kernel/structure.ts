/**
 * A text that is equal for values that are equal throughout, wherever in the sources they stand: `line` does not count,
 * nor does what is undefined. Numbers that JSON does not know are like null. It is a key, not for reading.
 */
export function structure(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `${value.length}'${value}`;
    case 'number':
      return Number.isFinite(value) ? `#${value}` : '~';
    case 'boolean':
      return value ? '+' : '-';
    case 'object':
      break;
    default:
      return '';
  }
  if (value === null) return '~';
  let text: string;
  if (Array.isArray(value)) {
    text = '[';
    for (const item of value) text += `${structure(item)},`;
    return `${text}]`;
  }
  text = '{';
  for (const name in value) {
    const part = (value as Record<string, unknown>)[name];
    if (name !== 'line' && part !== undefined) text += `${name}:${structure(part)}`;
  }
  return `${text}}`;
}
