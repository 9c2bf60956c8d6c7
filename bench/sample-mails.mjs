// Mails of our own, for benchmarks and for the fuzz run: series in every encoding, replies, pages, and damage.
import { WAYS } from './damage-ways.mjs';

const CODE = [
  '\tstruct pool *root = READ_ONCE(pool->root);',
  '\tif (!down_read_trylock(&root->lock))',
  '\t\treturn NULL;',
  '',
  '\tfor (i = 0; i < nr; i++) {',
  '\t\tpool_visit(root, i);',
  '\t}',
  '\tpool_put(root);',
  '\treturn 0;',
  '}',
  'static int pool_walk(struct pool *pool, int nr)',
  '{',
  '\tint i;',
  '/* Takes the lock. */',
  '\tx = a + b - c;',
];

/** A diff of `hunks` hunks that closes. */
export function sampleDiff(seed, hunks = 3) {
  let at = 10;
  let shift = 0;
  const line = (k) => CODE[(seed * 7 + k * 5) % CODE.length];
  const body = Array.from({ length: hunks }, (_, h) => {
    const older = (seed + h) % 3;
    const newer = 1 + ((seed * 3 + h) % 4);
    const lines = [
      ...[0, 1, 2].map((k) => ` ${line(h + k)}`),
      ...Array.from({ length: older }, (_, k) => `-${line(h + k + 3)}`),
      ...Array.from({ length: newer }, (_, k) => `+${line(h + k + 6)}`),
      ...[0, 1, 2].map((k) => ` ${line(h + k + 9)}`),
    ];
    const head = `@@ -${at},${6 + older} +${at + shift},${6 + newer} @@ static int pool_walk(struct pool *pool, int nr)`;
    at += 30;
    shift += newer - older;
    return [head, ...lines].join('\n');
  });
  return `diff --git a/mm/pool${seed % 9}.c b/mm/pool${seed % 9}.c\nindex ${hex(seed)}..${hex(seed + 1)} 100644\n--- a/mm/pool${seed % 9}.c\n+++ b/mm/pool${seed % 9}.c\n${body.join('\n')}\n`;
}

/** One mail of a mailbox, its `From ` line included. */
export function sampleMail(seed) {
  const total = 1 + (seed % 5);
  const part = 1 + (seed % total);
  const body = `Because of reasons, number ${seed}.\n\nSigned-off-by: A Writer <writer@example.org>\n---\n mm/pool.c | 9 +++\n\n${sampleDiff(seed)}-- \n2.40.0\n\n`;
  const heads = [
    `From: A Writer <writer@example.org>`,
    `Subject: [PATCH v${1 + (seed % 3)} ${part}/${total}] mm: change ${seed >> 3}`,
    `Date: Tue, 21 Nov 2023 09:16:${String(seed % 60).padStart(2, '0')} -0800`,
    `Message-ID: <${seed}-${part}-writer@example.org>`,
    ...(part > 1 ? [`In-Reply-To: <${seed - 1}-1-writer@example.org>`] : []),
  ];
  const encoded = [
    () => `${heads.join('\n')}\n\n${body}`,
    () =>
      `${heads.join('\n')}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${Buffer.from(body).toString('base64').replace(/.{76}/g, '$&\n')}\n\n`,
    () =>
      `${heads.join('\n')}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n${body.replaceAll('=', '=3D').replaceAll('\t', '=09')}`,
    () =>
      `${heads.join('\n')}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee the patch.\n\n--b\nContent-Type: text/x-patch; name="a.patch"\nContent-Disposition: attachment\n\n${body}\n--b--\n\n`,
  ][seed % 4]();
  return `From mboxrd@z Thu Jan  1 00:00:00 1970\n${encoded}`;
}

/** A single mail's text in one of the damaged forms, or as a saved page. */
export function samplePage(seed) {
  const plain = sampleMail((seed >> 2) * 4).replace(/^From .*\n/, '');
  const names = Object.keys(WAYS);
  if (seed % 5 < 4) return WAYS[names[seed % names.length]](plain);
  return `<!DOCTYPE html><html><head><title>x</title></head><body><h1>[PATCH] mm: x</h1><pre>${plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</pre></body></html>`;
}

function hex(n) {
  return (n * 2654435761 + 305419896).toString(16).padStart(12, '0').slice(0, 12);
}
