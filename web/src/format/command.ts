import type { Config } from "../api/types.ts"

/** The netuid that the commands take by default. */
const USUAL_NETUID = 74

/** Which contract a command is about. */
export type Place = Pick<NonNullable<Config["chain"]>, "contract" | "netuid">

/** A command about a contract, to copy into a terminal. */
export const commandOn = (command: string, { contract, netuid }: Place): string =>
  `gittensor ${command} --contract ${contract}${netuid === USUAL_NETUID ? "" : ` --netuid ${netuid}`}`
