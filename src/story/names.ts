/** Display names of miners, issues and pull requests. */
import { clean } from "./sentence.ts"

/** A shortened address: "5Grwva…utQY". */
export const shortAccount = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`

/** An issue or a pull request by its place on GitHub: "acme/widgets#42". */
export const referenceOf = ({ repository, number }: { readonly repository: string; readonly number: number }): string =>
  clean(`${repository}#${number}`)

/** A miner's proven GitHub account, else its shortened hotkey. */
export const minerName = ({ hotkey, login }: { readonly hotkey: string; readonly login?: string | null | undefined }): string =>
  login ?? shortAccount(hotkey)
