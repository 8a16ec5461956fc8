/** The internal workers: this program starts itself as `gittensor --worker NAME [ARGUMENTS]`. Not a command for users. */

interface Worker {
  readonly main: (values: ReadonlyArray<string>) => void | Promise<void>
}

/** Each is imported only when it starts. */
const workers: Readonly<Record<string, () => Promise<Worker>>> = {
  /** Parses untrusted files. */
  "parse-files": () => import("../src/layers/parsing/process/parse.ts"),
  /** Tasks: see layers/machine/confined. */
  "git-fetch": () => import("../src/layers/git/fetchWorker.ts"),
  "git-branches": () => import("../src/layers/git/branchWorker.ts"),
  "git-record": () => import("../src/layers/git/history/historyWorker.ts"),
  gate: () => import("../src/quality/gate/gateWorker.ts"),
  fingerprints: () => import("../src/quality/gate/fingerprintsWorker.ts"),
  policy: () => import("../src/quality/policy/policyWorker.ts"),
  "score-files": () => import("../src/quality/fileScores/scoreWorker.ts"),
  "duel-side": () => import("../src/quality/duel/sideWorker.ts"),
  "plan-tests": () => import("../src/quality/verify/planWorker.ts"),
  "write-tree": () => import("../src/quality/verify/treeWorker.ts"),
  "compare-tests": () => import("../src/quality/verify/compareWorker.ts"),
  /** The two ends of a sandbox's network access: outside and inside. */
  "box-proxy": () => import("../src/layers/machine/sandbox/network/proxy.ts"),
  "box-forward": () => import("../src/layers/machine/sandbox/network/forward.ts"),
  /** Attacks its own sandbox. */
  attack: () => import("../lab/sandbox/attacker.ts")
}

/** Runs the worker named by the first value. */
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
