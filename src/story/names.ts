/** How texts name a miner. */

/** A shortened address: "5Grwva…utQY". */
export const shortAccount = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`

/** A miner's proven GitHub account, else its shortened hotkey. */
export const minerName = ({ hotkey, login }: { readonly hotkey: string; readonly login?: string | null | undefined }): string =>
  login ?? shortAccount(hotkey)
