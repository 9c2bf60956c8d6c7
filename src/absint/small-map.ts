/** Up to this many entries a look through a list beats a hash table; larger maps are rare. */
const LISTED = 192;

/**
 * A map in order of insertion, as `Map` is, for the few entries that a state has: a copy shares the lists of keys and
 * values until one of the two is written. A removal makes new lists, so what is being iterated stays as it was.
 */
export class SmallMap<K, V> implements Map<K, V> {
  private names: K[] = [];
  private contents: V[] = [];
  /** False while another map may have the same lists. */
  private own = true;
  /** Where each key is, once there are too many to look through. */
  private at: Map<K, number> | null = null;

  constructor(entries: Iterable<readonly [K, V]> | null = null) {
    if (entries !== null) for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.names.length;
  }

  get [Symbol.toStringTag](): string {
    return 'SmallMap';
  }

  /** Another map with the same entries. */
  fork(): SmallMap<K, V> {
    const copy = new SmallMap<K, V>();
    copy.names = this.names;
    copy.contents = this.contents;
    copy.own = false;
    this.own = false;
    return copy;
  }

  /** Neither was written since one was made of the other, or both of a third: the entries are the same. */
  shares(other: SmallMap<K, V>): boolean {
    return other.names === this.names && other.contents === this.contents;
  }

  get(key: K): V | undefined {
    const i = this.find(key);
    return i < 0 ? undefined : this.contents[i];
  }

  has(key: K): boolean {
    return this.find(key) >= 0;
  }

  set(key: K, value: V): this {
    const i = this.find(key);
    if (i >= 0) {
      if (this.contents[i] === value) return this;
      if (!this.own) this.copy();
      this.contents[i] = value;
      return this;
    }
    this.append(key, value);
    return this;
  }

  /** `set` for a key that is not there. */
  append(key: K, value: V): void {
    if (!this.own) this.copy();
    if (this.at !== null) this.at.set(key, this.names.length);
    this.names.push(key);
    this.contents.push(value);
  }

  delete(key: K): boolean {
    const i = this.find(key);
    if (i < 0) return false;
    this.copy();
    this.names.splice(i, 1);
    this.contents.splice(i, 1);
    this.at = null;
    return true;
  }

  /** Removes what `wanted` does not want. */
  keep(wanted: (key: K, value: V) => boolean): void {
    const { names, contents } = this;
    let i = 0;
    while (i < names.length && wanted(names[i] as K, contents[i] as V)) i++;
    if (i === names.length) return;
    this.names = names.slice(0, i);
    this.contents = contents.slice(0, i);
    this.own = true;
    this.at = null;
    for (i++; i < names.length; i++)
      if (wanted(names[i] as K, contents[i] as V)) {
        this.names.push(names[i] as K);
        this.contents.push(contents[i] as V);
      }
  }

  clear(): void {
    this.names = [];
    this.contents = [];
    this.own = true;
    this.at = null;
  }

  forEach(on: (value: V, key: K, map: Map<K, V>) => void): void {
    const { names, contents } = this;
    for (let i = 0; i < names.length; i++) on(contents[i] as V, names[i] as K, this);
  }

  some(test: (key: K, value: V) => boolean): boolean {
    const { names, contents } = this;
    for (let i = 0; i < names.length; i++) if (test(names[i] as K, contents[i] as V)) return true;
    return false;
  }

  keys(): MapIterator<K> {
    return this.names.values();
  }

  values(): MapIterator<V> {
    return this.contents.values();
  }

  entries(): MapIterator<[K, V]> {
    return this[Symbol.iterator]();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return new Pairs(this.names, this.contents) as unknown as MapIterator<[K, V]>;
  }

  private find(key: K): number {
    const { names } = this;
    if (names.length < LISTED) return names.indexOf(key);
    if (this.at === null) {
      this.at = new Map();
      for (let i = 0; i < names.length; i++) this.at.set(names[i] as K, i);
    }
    return this.at.get(key) ?? -1;
  }

  private copy(): void {
    this.names = this.names.slice();
    this.contents = this.contents.slice();
    this.own = true;
  }
}

/** A copy to write into; `map` stays as it is. */
export function copyOf<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  return map instanceof SmallMap ? (map as SmallMap<K, V>).fork() : new SmallMap(map);
}

/** True when both have the same entries for all that can be said without looking at them. */
export function sameMap<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  return a === b || (a instanceof SmallMap && b instanceof SmallMap && (a as SmallMap<K, V>).shares(b as SmallMap<K, V>));
}

/** Whether `test` holds for an entry. Iterating over entries makes an object for each: what is asked most does not. */
export function someOf<K, V>(map: ReadonlyMap<K, V>, test: (key: K, value: V) => boolean): boolean {
  if (map.size === 0) return false;
  if (map instanceof SmallMap) return (map as SmallMap<K, V>).some(test);
  for (const [key, value] of map) if (test(key, value)) return true;
  return false;
}

class Pairs<K, V> {
  private i = 0;

  constructor(
    private readonly names: readonly K[],
    private readonly contents: readonly V[],
  ) {}

  next(): { done: boolean; value: [K, V] | undefined } {
    const i = this.i++;
    return i < this.names.length ? { done: false, value: [this.names[i] as K, this.contents[i] as V] } : { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
