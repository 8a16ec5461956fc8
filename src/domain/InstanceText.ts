/**
 * What a validator's process says of itself to another one with the same hotkey, signed by that hotkey. The question is a number used once, so that
 * an old answer proves nothing. The canonical text, its lines joined by "\n":
 *
 *     gittensor/instance/v1
 *     genesis 0x<64 lower-case hexadecimal digits>
 *     netuid 74
 *     contract 5…
 *     hotkey 5…
 *     question <32 lower-case hexadecimal digits>
 *     instance <32 lower-case hexadecimal digits>
 *     at work yes
 */
import type { AccountAddress } from "./Account.ts"

/** 32 lower-case hexadecimal digits: of a question, or of a process. */
export const TOKEN = /^[0-9a-f]{32}$/

export interface InstanceText {
  readonly genesisHash: string
  readonly netuid: number
  readonly contract: AccountAddress
  readonly hotkey: AccountAddress
  readonly question: string
  /** Drawn when the process began. */
  readonly instance: string
  /** Whether it votes; a process that stands by says no. */
  readonly atWork: boolean
}

/** The text that the hotkey signs. */
export const format = (text: InstanceText): string =>
  [
    "gittensor/instance/v1",
    `genesis ${text.genesisHash}`,
    `netuid ${text.netuid}`,
    `contract ${text.contract}`,
    `hotkey ${text.hotkey}`,
    `question ${text.question}`,
    `instance ${text.instance}`,
    `at work ${text.atWork ? "yes" : "no"}`
  ].join("\n")

/** So many random hexadecimal digits as a question or a process has. */
export const draw = (): string => crypto.randomUUID().replaceAll("-", "")
