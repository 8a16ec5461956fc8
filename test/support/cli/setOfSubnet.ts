import { Effect } from "effect"
import { call } from "../devnet/support.ts"
import { keyOf, NETUID, submitted } from "./support.ts"

/** Changes a setting of the subnet with the sudo key. */
export const setOfSubnet = (name: string, value: number | boolean) =>
  Effect.flatMap(keyOf("//Alice"), (alice) =>
    submitted(alice, name, (api) => call(api, "sudo", "sudo", call(api, "adminUtils", name, NETUID, value)))
  )
