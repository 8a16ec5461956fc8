/** A program that compares files on command, and the processor time that it and all its descendants take. Linux only, because it reads /proc. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { createInterface } from "node:readline"

/** The kernel's unit of processor time, in seconds. */
const TICK = 1 / Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout || 100)

interface Status {
  readonly parent: number
  readonly seconds: number
}

/** Of every process. The seconds include those of children that have ended. */
const statuses = (): ReadonlyMap<number, Status> =>
  new Map(
    readdirSync("/proc").flatMap((name) => {
      if (!/^\d+$/.test(name)) return []
      try {
        const text = readFileSync(`/proc/${name}/stat`, "utf8")
        // The name of the program may hold spaces and brackets.
        const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
        const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
        return [[Number(name), { parent: Number(fields[1]), seconds: ticks * TICK }] as const]
      } catch {
        return []
      }
    })
  )

const descendantsOf = (pid: number, all: ReadonlyMap<number, Status>): ReadonlyArray<number> => {
  const found = [pid]
  for (const one of found) for (const [child, { parent }] of all) if (parent === one) found.push(child)
  return found
}

/** Processor and wall time, in seconds. */
export interface Took {
  readonly cpu: number
  readonly wall: number
}

export const sumOf = (parts: ReadonlyArray<Took>): Took => ({
  cpu: parts.reduce((sum, { cpu }) => sum + cpu, 0),
  wall: parts.reduce((sum, { wall }) => sum + wall, 0)
})

/** `oneCore`: the program and its descendants run on the first core only. */
export interface Program {
  readonly command: ReadonlyArray<string>
  readonly oneCore: boolean
}

const PINNED: ReadonlyArray<string> = ["taskset", "-c", "0"]

export class Driver {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #began = performance.now()

  constructor({ command, oneCore }: Program) {
    const [first = "", ...others] = oneCore ? [...PINNED, ...command] : command
    this.#child = spawn(first, others, { stdio: ["pipe", "pipe", "inherit"] })
    if (this.#child.stdout === null) throw new Error("the program has no output")
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** What all its processes have taken since their start. */
  total(): Took {
    const all = statuses()
    const pids = this.#child.pid === undefined ? [] : descendantsOf(this.#child.pid, all)
    return { cpu: pids.reduce((sum, pid) => sum + (all.get(pid)?.seconds ?? 0), 0), wall: (performance.now() - this.#began) / 1000 }
  }

  /** Resident memory of the program and of its descendants together, in MB. */
  memory(): { readonly program: number; readonly others: number } {
    const pids = this.#child.pid === undefined ? [] : descendantsOf(this.#child.pid, statuses())
    const [program = 0, ...others] = pids.map((pid) => {
      const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : ""
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1000
    })
    return { program, others: others.reduce((sum, one) => sum + one, 0) }
  }

  /** Sends a command and waits until it is done. */
  async run(command: "load" | "score" | "parse", path: string): Promise<Took> {
    const before = this.total()
    this.#child.stdin?.write(`${command} ${path}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true || value !== "done") throw new Error(`${this.#child.spawnargs.join(" ")} ended, or said ${value}`)
    const after = this.total()
    return { cpu: after.cpu - before.cpu, wall: after.wall - before.wall }
  }

  async end(): Promise<void> {
    const ended = new Promise((done) => this.#child.once("exit", done))
    this.#child.stdin?.end()
    await ended
  }
}
