/** The line by which we know our own hook again. */
export const MARK = '# rmap-review sendemail-validate hook, version 1';
/** Where a hook that was there before is kept when ours is chained to it. */
export const EARLIER = 'sendemail-validate.before-rmap-review';

/**
 * The hook itself, for /bin/sh. It stops a mail only when the program says so by the status 10, which neither a crash of
 * Node nor a missing program gives; everything else is one warning per send, and the mail goes (RMAP_REVIEW_STRICT=1: stays).
 */
export function hookScript(node: string, program: string): string {
  return `#!/bin/sh
${MARK}
# Remove it with: rmap-review uninstall-hook. Go past it once with: git send-email --no-validate
node=${quote(node)}
program=${quote(program)}

earlier=$(dirname "$0")/${EARLIER}
if [ -x "$earlier" ]; then
	"$earlier" "$@" || exit $?
fi

trouble() {
	# One warning for one send: git runs this once for every file.
	mark=\${GIT_DIR:-.git}/rmap-review-warned
	if [ "\${GIT_SENDEMAIL_FILE_COUNTER:-}" = 1 ] || [ -z "$(find "$mark" -mmin -1 2>/dev/null)" ]; then
		echo "rmap-review: warning: $1; this series is not checked" >&2
	fi
	: > "$mark" 2>/dev/null
	[ "\${RMAP_REVIEW_STRICT:-}" = 1 ] && exit 1
	exit 0
}

[ -x "$node" ] || trouble "$node is not there (run rmap-review install-hook again)"
[ -f "$program" ] || trouble "$program is not there (run rmap-review install-hook again)"

if command -v timeout >/dev/null 2>&1; then
	said=$(timeout -k 1 "\${RMAP_REVIEW_LIMIT:-120}" "$node" "$program" hook "$@" 2>&1)
else
	said=$("$node" "$program" hook "$@" 2>&1)
fi
status=$?
case $status in
	0|10)
		[ -z "$said" ] || printf '%s\\n' "$said" >&2
		[ $status = 0 ] && exit 0
		exit 1 ;;
	124|137) trouble "the review did not come back" ;;
	*) trouble "the review ended with status $status" ;;
esac
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
