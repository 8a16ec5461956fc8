/**
 * A validator process's signed answer to another process with the same hotkey. The question is a random number used once, so that an
 * old answer proves nothing. The canonical text has its lines joined by "\n":
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

/** A question or an instance id: 32 lower-case hexadecimal digits. */
export const TOKEN = /^[0-9a-f]{32}$/

export interface InstanceText {
  readonly genesisHash: string
  readonly netuid: number
  readonly contract: AccountAddress
  readonly hotkey: AccountAddress
  readonly question: string
  /** Drawn when the process starts. */
  readonly instance: string
  /** Whether the process votes; false on standby. */
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

/** Random hexadecimal digits for a question or an instance id. */
export const draw = (): string => crypto.randomUUID().replaceAll("-", "")
