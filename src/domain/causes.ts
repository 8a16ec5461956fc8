/** Why processes end. Exit codes, retries, the systemd units and the documents follow from this file and from the errors, each of which says its code. */

/** The exit code of a command that ends with an error: the error's field `exitCode`, `refused` where it has none. docs/commands.md has the table. */
export const EXIT = { refused: 1, usage: 2, unanswered: 3, wallet: 4, occupied: 5, damaged: 7 } as const

type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What errors of one exit code have in common, and whether a new process can do better: after the other codes a service manager starts none. */
export const CAUSES: Readonly<Record<ExitCode, { readonly meaning: string; readonly restarts: boolean }>> = {
  1: {
    meaning:
      "the chain, the contract, GitHub, a validator or the database refused; a line on standard error gives the reason and what to do",
    restarts: true
  },
  2: {
    meaning: "the command line or the configuration is wrong, or names a hotkey or a contract that a validator cannot use",
    restarts: false
  },
  3: { meaning: "the chain, GitHub, a validator or the database did not respond: try again", restarts: true },
  4: { meaning: "the wallet or its password is wrong", restarts: false },
  5: { meaning: "another process uses this hotkey, this folder or this database", restarts: false },
  7: {
    meaning:
      "the database's tables, or a file of the data folder, belong to another release or are damaged: the error explains how to replace them",
    restarts: false
  }
}

/** The exit code of whatever a command fails with. */
export const exitCodeOf = (error: unknown): number =>
  typeof error === "object" && error !== null && "exitCode" in error && typeof error.exitCode === "number" ? error.exitCode : EXIT.refused

/** Whether an error may pass by itself, so that commands that run until they are stopped try again: no answer, and errors whose field `passes` says it. */
export const isTemporary = (error: object): boolean => exitCodeOf(error) === EXIT.unanswered || ("passes" in error && error.passes === true)

/** The exit code of a store's error: of a damaged file, which a new process would find the same, or of another trouble. */
export const exitOfStore = (isDamaged: boolean | undefined) => (isDamaged === true ? EXIT.damaged : EXIT.refused)
