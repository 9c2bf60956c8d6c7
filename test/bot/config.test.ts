import { describe, expect, it } from 'vitest';
import { type BotConfig, readConfig } from '../../src/bot/config.js';
import { rulingFor } from '../../src/bot/policy.js';

const GOOD = {
  state: 'state',
  moderation: 'drafts',
  trees: { linux: '/srv/linux' },
  identity: { name: 'bot', address: 'bot@tools.example', contact: 'human@tools.example' },
  lists: [{ name: 'mm', address: 'Linux-MM@lists.example', source: { 'public-inbox': 'inbox' } }],
  policies: [{ lists: ['linux-mm@lists.example'], paths: ['mm'], bases: [{ tree: 'linux', rev: 'mm-unstable' }] }],
};
type Loose = typeof GOOD & Record<string, unknown>;
const read = (change: (c: Loose) => unknown = () => undefined): string | BotConfig => {
  const copy = structuredClone(GOOD) as Loose;
  change(copy);
  const result = readConfig(JSON.stringify(copy), '/etc/bot');
  return 'errors' in result ? result.errors.join(' | ') : result.config;
};
const policy = (c: Loose): Record<string, unknown> => c.policies[0] as Record<string, unknown>;

describe('the configuration', () => {
  it('drafts unless told otherwise, and takes paths from its own folder', () => {
    expect(read()).toMatchObject({
      state: '/etc/bot/state',
      moderation: '/etc/bot/drafts',
      database: null,
      transport: null,
      lists: [{ address: 'linux-mm@lists.example' }],
      policies: [{ mode: 'draft', quietMs: 1_800_000, bases: [{ tree: '/srv/linux', rev: 'mm-unstable' }] }],
    });
  });

  it.each<[string, (c: Loose) => unknown, RegExp]>([
    [
      'a word that does not exist',
      (c) => {
        policy(c)['qietMinutes'] = 3;
      },
      /^policies\[0\]: .*qietMinutes/,
    ],
    [
      'a mode that does not exist',
      (c) => {
        policy(c)['mode'] = 'shout';
      },
      /^policies\[0\]\.mode: /,
    ],
    [
      'a path that leaves the tree',
      (c) => {
        policy(c)['paths'] = ['../etc'];
      },
      /^policies\[0\]\.paths\[0\]: must be a path inside the tree/,
    ],
    [
      'an address with a line break',
      (c) => {
        c.identity.address = 'bot@tools.example\nBcc: all@x.example';
      },
      /^identity\.address: /,
    ],
    [
      'a name with a quote',
      (c) => {
        c.identity.name = 'bot" <x@y.example>';
      },
      /^identity\.name: /,
    ],
    [
      'a revision that is an option',
      (c) => {
        policy(c)['bases'] = [{ tree: 'linux', rev: '--upload-pack=x y' }];
      },
      /is no revision/,
    ],
    [
      'a tree that is not there',
      (c) => {
        policy(c)['bases'] = [{ tree: 'freebsd' }];
      },
      /no tree "freebsd"/,
    ],
    [
      'sending without a transport',
      (c) => {
        policy(c)['mode'] = 'send';
      },
      /send needs a transport/,
    ],
    [
      'sending to everybody',
      (c) => {
        policy(c)['mode'] = 'send';
        policy(c)['lists'] = ['*'];
        c['transport'] = { sendmail: '/usr/sbin/sendmail' };
      },
      /\* and mode send exclude each other/,
    ],
    [
      'sending nothing a day',
      (c) => {
        policy(c)['mode'] = 'send';
        policy(c)['dailyCap'] = 0;
        c['transport'] = { sendmail: '/usr/sbin/sendmail' };
      },
      /0 and mode send exclude each other/,
    ],
    [
      'a list with two policies',
      (c) => {
        c.policies.push({ ...GOOD.policies[0], mode: 'mute' } as never);
      },
      /has a policy already \(mode draft\)/,
    ],
    [
      'the same list twice',
      (c) => {
        c.lists.push(structuredClone(GOOD.lists[0]) as never);
      },
      /name mm is there twice/,
    ],
    [
      'a quiet time longer than anything is young',
      (c) => {
        policy(c)['quietMinutes'] = 3000;
        policy(c)['maxAgeDays'] = 1;
      },
      /nothing would ever be due/,
    ],
    [
      'a contact that must not be written to',
      (c) => {
        c['deny'] = ['*@tools.example'];
      },
      /forbids the contact/,
    ],
    [
      'another database',
      (c) => {
        c['database'] = 'mysql://x';
      },
      /^database: must begin with postgres/,
    ],
  ])('refuses %s, and says where', (_, change, message) => {
    expect(read(change)).toMatch(message);
  });

  it('names what is no JSON', () => {
    expect(readConfig('{ state: 1 }', '/')).toMatchObject({ errors: [expect.stringMatching(/^is not JSON/)] });
  });
});

describe('policies', () => {
  const rule = (lists: string[], mode: string, extra: object = {}): object => ({ ...GOOD.policies[0], lists, mode, ...extra });
  const ruling = (policies: object[], watched: string[], recipients: string[] = []) => {
    const config = read((c) => {
      c.policies = policies as never;
      c['transport'] = { sendmail: '/usr/sbin/sendmail' };
    });
    if (typeof config === 'string') throw new Error(config);
    return rulingFor(config.policies, watched, recipients);
  };
  it('the most restrictive word of all that apply', () => {
    const all = [
      rule(['a@x.example'], 'send', { dailyCap: 9, quietMinutes: 5, paths: ['mm', 'fs'] }),
      rule(['*@x.example'], 'draft', { dailyCap: 50, quietMinutes: 60, paths: ['mm/vmscan.c', 'kernel'] }),
    ];
    expect(ruling(all, ['a@x.example'])).toMatchObject({ mode: 'draft', dailyCap: 9, quietMs: 3_600_000, paths: ['mm/vmscan.c'] });
    expect(ruling([rule(['a@x.example'], 'send')], ['a@x.example'])).toMatchObject({ mode: 'send' });
    expect(ruling([rule(['a@x.example'], 'send')], ['a@x.example', 'b@y.example'])).toBeNull();
    expect(ruling([rule(['a@x.example'], 'send')], [])).toBeNull();
  });
  it('a wildcard restricts no recipient that is just a person', () => {
    expect(ruling([rule(['a@x.example'], 'send'), rule(['*'], 'mute')], ['a@x.example'], ['person@people.example'])?.mode).toBe('mute');
    expect(ruling([rule(['a@x.example'], 'send')], ['a@x.example'], ['person@people.example'])?.mode).toBe('send');
  });
});
