/** Checks axons: for a validator, whether its own is reachable; for a miner, how many validators' are. */

import { Effect, Option } from "effect"
import { type AxonAddress, type Metagraph, type Neuron, neuronOf } from "../../domain/Metagraph.ts"
import { isPublicAddress } from "../../domain/publicAddress.ts"
import { axonUrl, livenessOf } from "../../layers/chain/axon/fetchText.ts"
import { USUAL_METRICS_PORT } from "../shared/options.ts"
import { ok, shareOfTimeLimit, silent, warning, wrong } from "./Check.ts"
import type { ContractAtHead } from "./chain.ts"

/** The HTTP status of an axon's GET /live, if it answers. */
const livenessAt = (axon: AxonAddress) => Effect.flatMap(shareOfTimeLimit(0.4), (limit) => Effect.option(livenessOf(axon, limit)))

export const axonResult = Effect.fn("doctor.axon")(function* (neuron: Neuron | undefined) {
  if (neuron === undefined) return wrong("none: the hotkey is not registered", "register the hotkey first")
  if (neuron.axon === null)
    return wrong(
      "the hotkey publishes no axon at a public address, so miners cannot send it enrolments",
      "give the machine's public address to validate --axon-ip"
    )
  const place = axonUrl(neuron.axon, "").slice("http://".length)
  const status = yield* livenessAt(neuron.axon)
  const open = `open TCP port ${neuron.axon.port} in the firewall and forward it to this machine; from another machine: curl http://${place}/live`
  if (!isPublicAddress(neuron.axon.ip))
    return (Option.isSome(status) ? warning : wrong)(
      `${place} is published, but is not reachable from outside this network`,
      "give the machine's public address to validate --axon-ip"
    )
  if (Option.isNone(status))
    return silent(
      `${place} is published, but does not answer this machine`,
      `check that validate runs; ${open} (some routers block only this machine from reaching its own public address)`
    )
  if (status.value === 200) return ok(`${place} answers this machine; to test from another one: curl http://${place}/live`)
  return status.value === 503
    ? warning(
        `${place} answers that a loop hangs`,
        `curl http://127.0.0.1:${USUAL_METRICS_PORT}/live on the validator's machine says which; its service manager restarts it`
      )
    : wrong(`${place} answers with status ${status.value}: it is not an axon of this program`, open)
})

/** Checks which of the contract's validators answer at their published address. */
export const validatorsResult = (contract: ContractAtHead, metagraph: Metagraph) =>
  Effect.gen(function* () {
    const { validators } = yield* contract.validators
    const published = validators.flatMap(({ hotkey }) => neuronOf(metagraph, hotkey)?.axon ?? [])
    const answers = yield* Effect.forEach(published, livenessAt, { concurrency: "unbounded" })
    const answering = answers.filter(Option.isSome).length
    if (published.length === 0)
      return warning(`none of the ${validators.length} validators publishes an axon`, "enrolments cannot be sent until one does")
    const text = `${answering} of ${validators.length} validators answer (${published.length} publish an axon)`
    const hint = "one validator is enough, since gossip spreads enrolments; if none answers, check this machine's network"
    if (answering === 0) return silent(text, hint)
    return answering * 2 < validators.length ? warning(text, hint) : ok(text)
  })
