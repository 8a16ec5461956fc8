/** A shell that restores the terminal if this process is killed. */
import { LEAVE } from "./paint.ts"

/** Waits for its input to end. If it did not read `done` by then, its parent was killed, so it restores the terminal. It ignores the parent's signals. */
const SCRIPT = `trap '' INT QUIT HUP TERM TSTP TTIN TTOU
word=; IFS= read -r word
[ "$word" = done ] || { printf '%s' "$1"; stty "$2" <&1; }`

export interface Guard {
  /** Tells the guard that the terminal has been restored. */
  readonly dismiss: () => void
}

/** The terminal's original settings; `undefined` without stty. */
const settings = (): string | undefined => {
  try {
    const { success, stdout } = Bun.spawnSync(["stty", "-g"], { stdin: "inherit", stdout: "pipe", stderr: "ignore" })
    return success ? stdout.toString().trim() : undefined
  } catch {
    return undefined
  }
}

/** Starts the guard, before the terminal is changed. Does nothing on systems without a shell. */
export const startGuard = (): Guard => {
  const before = settings()
  if (before === undefined) return { dismiss: () => undefined }
  try {
    const shell = Bun.spawn(["sh", "-c", SCRIPT, "sh", LEAVE, before], { stdin: "pipe", stdout: "inherit", stderr: "ignore" })
    shell.unref()
    return {
      dismiss: () => {
        shell.stdin.write("done\n")
        shell.stdin.end()
      }
    }
  } catch {
    return { dismiss: () => undefined }
  }
}
