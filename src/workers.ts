/** What this program does when it starts itself as `gittensor --worker NAME [ARGUMENTS]`, which is no command for people. */

interface Worker {
  readonly main: (values: ReadonlyArray<string>) => void | Promise<void>
}

/** Loaded when they are started. */
const workers: Readonly<Record<string, () => Promise<Worker>>> = {
  /** Parses files of strangers. */
  "parse-files": () => import("./layers/parser/process/parse.ts"),
  /** Tasks: see layers/confined. */
  "git-fetch": () => import("./layers/git/fetchWorker.ts"),
  "git-branches": () => import("./layers/git/branchWorker.ts"),
  "git-record": () => import("./layers/git/record/recordWorker.ts"),
  gate: () => import("./quality/gate/gateWorker.ts"),
  fingerprints: () => import("./quality/gate/fingerprintsWorker.ts"),
  "score-files": () => import("./quality/fileScores/scoreWorker.ts"),
  "duel-side": () => import("./quality/duel/sideWorker.ts"),
  "plan-tests": () => import("./quality/verify/planWorker.ts"),
  "write-tree": () => import("./quality/verify/treeWorker.ts"),
  "compare-tests": () => import("./quality/verify/compareWorker.ts"),
  /** Plays pieces of a simulation on every core. */
  "simulate-pieces": () => import("./simulation/workers/work.ts"),
  /** The two ends of a box's way to the network: outside, and inside. */
  "box-proxy": () => import("./layers/sandbox/network/proxy.ts"),
  "box-forward": () => import("./layers/sandbox/network/forward.ts"),
  /** Attacks the box that it is in. */
  attack: () => import("./layers/sandbox/attacks/attacker.ts")
}

/** Runs the worker that the first value names. */
export const main = async ([name = "", ...values]: ReadonlyArray<string>): Promise<void> => {
  const load = Object.hasOwn(workers, name) ? workers[name] : undefined
  if (load === undefined) {
    process.stderr.write(
      `there is no worker "${name}": this program starts itself with --worker, people need one of the commands of gittensor --help\n`
    )
    process.exit(2)
  }
  const worker = await load()
  await worker.main(values)
}
