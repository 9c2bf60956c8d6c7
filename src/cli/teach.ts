import type { Command, Option } from 'commander';
import { Failure } from './failure.js';
import { FORMATS } from './output.js';
import { print } from './output.js';
import type { Work } from './workflow.js';

/** `completion` and `man`: both are made from the commands themselves, so that they cannot lag behind. */
export function addTeaching(program: Command, help: string, set: (work: Work) => void): void {
  program
    .command('completion')
    .argument('<SHELL>')
    .description('print a completion script for bash, zsh or fish')
    .action((shell: string) =>
      set(async () => {
        const script = SHELLS[shell];
        if (script === undefined) throw new Failure(2, `no completion for "${shell}"`, `shells: ${Object.keys(SHELLS).join(', ')}`);
        await print(script(described(program)));
        return 0;
      }),
    );
  program
    .command('man')
    .description('print the manual page, for man -l -')
    .action(() =>
      set(async (version) => {
        await print(manPage(described(program), help, version));
        return 0;
      }),
    );
}

interface Described {
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  readonly options: readonly { readonly flags: string; readonly long: string; readonly about: string; readonly values: readonly string[] }[];
}

function described(program: Command): readonly Described[] {
  const visible = program.createHelp().visibleCommands(program);
  return visible.map((command) => ({
    name: command.name(),
    usage: command.registeredArguments.map((a) => `${a.required ? '' : '['}${a.name()}${a.variadic ? '...' : ''}${a.required ? '' : ']'}`).join(' '),
    about: command.description(),
    options: command.options
      .filter((option) => !option.hidden)
      .map((option) => ({ flags: option.flags, long: option.long ?? option.flags, about: option.description, values: valuesOf(option) })),
  }));
}

function valuesOf(option: Option): readonly string[] {
  return option.argChoices ?? (option.long === '--format' ? FORMATS : []);
}

const SHELLS: Readonly<Record<string, (commands: readonly Described[]) => string>> = { bash, zsh, fish };

function bash(commands: readonly Described[]): string {
  const cases = commands.map((c) => `    ${c.name}) words='${c.options.map((o) => o.long).join(' ')} --help' ;;`);
  return `# bash completion for rmap-review: eval "$(rmap-review completion bash)"
_rmap_review() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=review word words=
  case $prev in
${valueOptions(commands)
  .map((o) => `    ${o.long}) COMPREPLY=($(compgen -W '${o.values.join(' ')}' -- "$cur")); return ;;`)
  .join('\n')}
    --tree) COMPREPLY=($(compgen -d -- "$cur")); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${commands.map((c) => c.name).join('|')}) command=$word; break ;; esac
  done
  case $command in
${cases.join('\n')}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); return; fi
  COMPREPLY=($(compgen -f -- "$cur"))
  if ((COMP_CWORD == 1)); then COMPREPLY+=($(compgen -W '${commands.map((c) => c.name).join(' ')}' -- "$cur")); fi
}
complete -o filenames -F _rmap_review rmap-review
`;
}

function zsh(commands: readonly Described[]): string {
  return `#compdef rmap-review
# zsh completion for rmap-review: eval "$(rmap-review completion zsh)"
_rmap_review() {
  local -a commands options
  commands=(${commands.map((c) => quoted(`${c.name}:${c.about}`)).join(' ')})
  local command=review
  for word in $words[2,-1]; do (( \${commands[(I)$word:*]} )) && { command=$word; break; }; done
  case $command in
${commands.map((c) => `    ${c.name}) options=(${c.options.map((o) => quoted(`${o.long}[${o.about.replace(/[[\]:]/g, ' ')}]${o.values.length > 0 ? `:value:(${o.values.join(' ')})` : o.long === '--tree' ? ':folder:_directories' : /[<[]/.test(o.flags) ? ':value:_files' : ''}`)).join(' ')}) ;;`).join('\n')}
  esac
  if (( CURRENT == 2 )); then _describe command commands; fi
  _arguments -s $options '*:file:_files'
}
compdef _rmap_review rmap-review
`;
}

function fish(commands: readonly Described[]): string {
  const lines = commands.flatMap((c) => [
    `complete -c rmap-review -n __fish_use_subcommand -a ${c.name} -d ${quoted(c.about)}`,
    ...c.options.map(
      (o) =>
        `complete -c rmap-review -n ${quoted(c.name === 'review' ? `__fish_use_subcommand; or __fish_seen_subcommand_from ${c.name}` : `__fish_seen_subcommand_from ${c.name}`)} -l ${o.long.replace(/^--/, '')} -d ${quoted(o.about)}${o.values.length > 0 ? ` -x -a ${quoted(o.values.join(' '))}` : /[<[]/.test(o.flags) ? ' -r' : ''}`,
    ),
  ]);
  return `# fish completion for rmap-review: rmap-review completion fish | source\n${lines.join('\n')}\n`;
}

function valueOptions(commands: readonly Described[]): Described['options'] {
  return [
    ...new Map(
      commands
        .flatMap((c) => c.options)
        .filter((o) => o.values.length > 0)
        .map((o) => [o.long, o]),
    ).values(),
  ];
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

/** roff with the man macros; the examples are those of `--help`. */
function manPage(commands: readonly Described[], help: string, version: string): string {
  const [first = '', ...rest] = help.trim().split('\n');
  const section = (c: Described): string =>
    `.SS rmap-review ${roff(`${c.name} ${c.usage}`.trim())}\n${roff(c.about)}.\n${c.options.map((o) => `.TP\n.B ${roff(o.flags)}\n${roff(o.about)}${o.values.length > 0 ? `; one of ${roff(o.values.join(', '))}` : ''}\n`).join('')}`;
  return `.TH RMAP-REVIEW 1 "" "rmap-review ${version}" "User Commands"
.SH NAME
rmap-review \\- ${roff(first.replace(/^rmap-review: /, '').replace(/\.$/, ''))}
.SH SYNOPSIS
.B rmap-review
[review] INPUT... [OPTIONS]
.br
.B rmap-review
COMMAND [ARGUMENTS] [OPTIONS]
.SH DESCRIPTION
.nf
${rest.map(roff).join('\n').trim()}
.fi
.SH COMMANDS
${commands.map(section).join('')}.SH FILES
.TP
.I .rmap-review/config.json
settings of a project, beside the tree's root; see docs/configuration.md
.TP
.I ~/.local/state/rmap-review
marks and notes of the terminal view
.SH SEE ALSO
.BR git-send-email (1),
.BR b4 (5)
`;
}

function roff(text: string): string {
  const safe = text.replace(/\\/g, '\\e').replace(/-/g, '\\-');
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}
