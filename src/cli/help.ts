/** `--help` teaches by examples; the option lists stand with each command. */
export const HELP = `rmap-review: what a kernel patch series does to locks and references.

  rmap-review series.mbox                  review an mbox, .patch or .diff
  rmap-review HEAD~5..                     your own commits, before sending them
  rmap-review --last 3                     the same for the last three commits
  b4 am -o - ID | rmap-review -            a series from lore; keys still work
  rmap-review MESSAGE-ID                   the same (needs b4); or its address
  rmap-review thread.mbox --version 2      another version than the newest
  rmap-review thread.mbox --since v1       and what is different from that one
  rmap-review x.patch --tree ~/linux --base v6.1
                                           another tree, another base
  rmap-review x.mbox --format terse        file:line: TYPE: message, for scripts
  rmap-review x.mbox --format json -o r.json
                                           everything, for programs
  rmap-review view r.json                  look at a saved report again
  rmap-review replay r.json F1 --step      follow a finding's interleaving
  rmap-review scan mm/rmap.c               functions as they stand, no patch
  rmap-review rules lock-leak              what a rule says
  rmap-review model race.c                 every interleaving of a scenario in C

Without --tree, the git work tree around you is used when it looks like a
kernel. On a terminal the result opens in a full-screen view (? shows its
keys, Q quits); otherwise, and with --plain, it is text.

Commands; each has its own --help:
  [review] INPUT...      review patches (the default)
  scan PATH...           report on files as they stand
  view REPORT.json       show a saved report
  replay REPORT.json ID  replay a finding; 0 only when the failure is reached
  explain REPORT.json ID tell a finding: the story, CPU by CPU; --promela
  recover FILE...        write a damaged patch anew; how sure it is
  rules [ID]             list the rules, or show one
  model FILE.c           run a scenario of your own (docs/model.md)
  install-hook           have git send-email ask first (uninstall-hook)
  b4-check, b4-agent     checks and reviews for b4
  bot [ACTION]           watch lists, draft at most one mail per series
  doctor, cache          what is installed here; your cache
  completion SHELL, man  for bash, zsh or fish; the manual page

Exit status: 0 nothing new; 1 an introduced error or warning (--fail-on moves
the line); 2 wrong usage or an internal error; 3 nothing could be read, or a
tree or base that was named was not found.
`;

export const REVIEW_EXAMPLES = `
INPUT is an mbox, a .patch or .diff (.gz too), an archive's page as saved from a browser, a folder of patches, a
Maildir, a quilt series, a git range A..B, a Message-ID or its lore address (through b4), or - for standard input.
Several belong together; of several versions the newest complete one is reviewed.
Without --tree the git work tree around you is used when it looks like a kernel. Nothing in it is changed.

Examples:
  rmap-review v2-*.patch
  rmap-review HEAD~5.. --fail-on error
  git format-patch --stdout -3 | rmap-review - --plain
`;
