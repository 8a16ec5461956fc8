/** The shell scripts around a box. All variable parts are arguments, so that nothing needs quoting. */

/**
 * Outside: enters the cgroups, opens the filter (descriptor 9) and the status file (8), and becomes the program that starts the box.
 * Arguments: the filter, the status file, how many cgroup files follow, those files, the program.
 */
export const OUTER_SCRIPT = `
filter=$1 status=$2 groups=$3
shift 3
while [ "$groups" -gt 0 ]; do
  echo $$ >"$1" || exit 125
  shift
  groups=$((groups - 1))
done
exec "$@" 9<"$filter" 8>"$status"
`

/**
 * Between the outer and the inner script, only where this program runs as root; in a mount namespace of its own. Binds into an empty folder the paths
 * that the box's user could not reach. Every step execs the next, so that the box's parent is the process that started it, and the box ends with it.
 * Arguments: the empty folder, how many paths follow, those paths, the program.
 */
export const ROOT_SCRIPT = `
stage=$1 paths=$2 number=0
shift 2
mount -t tmpfs -o mode=755,size=1m,nosuid,nodev none "$stage" || exit 125
while [ "$number" -lt "$paths" ]; do
  if [ -d "$1" ]; then mkdir "$stage/$number"; else : >"$stage/$number"; fi
  mount --bind "$1" "$stage/$number" || exit 125
  shift
  number=$((number + 1))
done
exec "$@"
`

/** Lines that the inner scripts write before the command runs, so that it cannot forge them. */
export const READY = "ready\n"
export const BEGUN_LINE = "begun\n"

/** Arguments of both inner scripts: `yes` or `no` (is there an input), bytes of a result, the results' names separated by blanks, the command. */
const PREPARE = `
input=$1 limit=$2 names=$3
shift 3
mkdir -p /box/work /box/results /box/home /box/tmp /box/shm && cd /box/work || exit 125
echo ready
if [ "$input" = yes ]; then cp -RPp /input/. /box/work/ </dev/null || exit 124; fi
echo begun
`

/**
 * Inside: copies the input, runs the command, kills all its processes, and reads the results. It sees only the box, so a link leads nowhere else.
 * Standard output carries the results alone; the command writes to standard error.
 */
export const INNER_SCRIPT = `${PREPARE}
"$@" >&2
code=$?
kill -9 -1 2>/dev/null
echo "code $code"
for name in $names; do
  file=/box/results/$name
  if [ -f "$file" ] && [ ! -L "$file" ]; then
    size=$(head -c "$limit" <"$file" | wc -c)
    echo "file $((size)) $name"
    head -c "$size" <"$file"
  fi
done
exit "$code"
`

/** Inside, for a box whose streams belong to the caller: copies the input and becomes the command. It reports on standard error. */
export const OPEN_SCRIPT = `
exec 3>&1 >&2
${PREPARE}
exec "$@" >&3 3>&-
`

/** Parses the results after \`BEGUN\`. The command may have written in between; malformed parts are left out. */
export const readResults = (bytes: Uint8Array): { readonly exitCode: number | null; readonly results: ReadonlyMap<string, Uint8Array> } => {
  const results = new Map<string, Uint8Array>()
  let exitCode: number | null = null
  let at = 0
  const line = (): string | undefined => {
    const end = bytes.indexOf(0x0a, at)
    if (end < 0 || end - at > 300) return undefined
    const text = Buffer.from(bytes.subarray(at, end)).toString("latin1")
    at = end + 1
    return text
  }
  const code = /^code (\d{1,3})$/.exec(line() ?? "")
  if (code === null) return { exitCode, results }
  exitCode = Number(code[1])
  for (;;) {
    const head = /^file (\d{1,12}) ([\w.-]{1,100})$/.exec(line() ?? "")
    const [size, name] = [Number(head?.[1]), head?.[2]]
    if (name === undefined || at + size > bytes.length) return { exitCode, results }
    results.set(name, bytes.slice(at, at + size))
    at += size
  }
}
