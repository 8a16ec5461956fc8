/** Why processes end: one table, from which exit codes, retries, the systemd units and the documents follow. */

/** What errors of one exit code have in common. An error has the first entry that names its tag, or a beginning of it before `*`; otherwise code 1. */
export interface Cause {
  readonly code: number
  readonly meaning: string
  /** Whether a new process can do better: after the other codes a service manager starts none. */
  readonly restarts: boolean
  /** Errors that may pass by themselves: commands that run until they are stopped try again. */
  readonly temporary: ReadonlyArray<string>
  /** Errors that end every command. */
  readonly final: ReadonlyArray<string>
}

export const CAUSES: ReadonlyArray<Cause> = [
  {
    code: 1,
    meaning: "refused by the chain, the contract, GitHub, a validator or the database; the line on standard error says why and what to do",
    restarts: true,
    temporary: ["DatabaseReadOnly", "DatabaseFull", "DatabaseOlder"],
    final: ["DatabaseStopped"]
  },
  {
    code: 3,
    meaning: "the chain, GitHub, a validator or the database did not answer: try again",
    restarts: true,
    temporary: [
      "ChainUnavailable",
      "FirstBlockMissing",
      "SomethingIsSilent",
      "DatabaseUnavailable",
      "GitHubUnavailable",
      "GitServerUnavailable",
      "AxonUnreachable",
      "AxonTimeout",
      "NoValidatorReachable",
      "MatchUntold"
    ],
    final: []
  },
  {
    code: 4,
    meaning: "the wallet or its password is wrong",
    restarts: false,
    temporary: [],
    final: ["Keyfile*", "NotAKeyfile*", "WrongWalletPassword*", "PasswordNeeded*", "InvalidSecretUri*"]
  },
  {
    code: 5,
    meaning: "another process uses this hotkey, this folder or this database",
    restarts: false,
    temporary: ["AlreadyIndexing"],
    final: ["AnotherProcess", "AnotherValidator"]
  },
  {
    code: 2,
    meaning: "the command line or the configuration is wrong, or names a hotkey or a contract with which a validator can do nothing",
    restarts: false,
    temporary: [],
    final: ["Invalid*", "Unusable*"]
  },
  {
    code: 7,
    meaning: "the database's tables, or a file of the data folder, are of another release, or damaged: the line says how to replace them",
    restarts: false,
    temporary: [],
    final: ["DatabaseSchema", "StoreDamaged"]
  }
]

const names = (tags: ReadonlyArray<string>, tag: string): boolean =>
  tags.some((name) => (name.endsWith("*") ? tag.startsWith(name.slice(0, -1)) : tag === name))

export const exitCodeOfTag = (tag: string): number =>
  CAUSES.find(({ temporary, final }) => names(temporary, tag) || names(final, tag))?.code ?? 1

export const isTemporary = ({ _tag }: { readonly _tag: string }): boolean => CAUSES.some(({ temporary }) => names(temporary, _tag))
