/** Who gives the terminal back when this process is killed: a shell that waits for its end. */
import { LEAVE } from "./paint.ts"

/** Ends when its input does. Without the word on it, the process that started it was killed. The signals are for that process, not for this one. */
const SCRIPT = `trap '' INT QUIT HUP TERM TSTP TTIN TTOU
word=; IFS= read -r word
[ "$word" = done ] || { printf '%s' "$1"; stty "$2" <&1; }`

export interface Guard {
  /** The terminal is given back already. */
  readonly dismiss: () => void
}

/** The terminal's settings before anybody changes them; none where there is no stty. */
const settings = (): string | undefined => {
  try {
    const { success, stdout } = Bun.spawnSync(["stty", "-g"], { stdin: "inherit", stdout: "pipe", stderr: "ignore" })
    return success ? stdout.toString().trim() : undefined
  } catch {
    return undefined
  }
}

/** Starts the guard, before the terminal is changed. A system without a shell has none. */
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
