/** Checks against the chain: historical state, subnet, hotkey, permit, funds, weights and contract. */
import { Effect, Either, Option } from "effect"
import { bookedOf } from "../../contract-client/books.ts"
import { editionNote, FIRST_EDITION } from "../../contract-client/edition.ts"
import { CODE_HASH } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { formatBlocks } from "../../domain/Blocks.ts"
import { feesTrouble, LITTLE_FUNDS, taoText, topUp } from "../../domain/fees.ts"
import { type Metagraph, type Neuron, neuronOf } from "../../domain/Metagraph.ts"
import { BLOCKS_PER_DAY } from "../../elo/RatingRules.ts"
import * as Contract from "../../layers/chain/contract/Contract.ts"
import { codeHashOf } from "../../layers/chain/contract/ContractCode.ts"
import { accessToTreasury } from "../../layers/chain/contract/treasuryProxies.ts"
import { lockedStake, troublesOfTreasury, withoutAccess, withoutIncome } from "../../layers/chain/contract/treasuryTroubles.ts"
import { type BlockReference, Chain, type ChainUnavailable, isPruned } from "../../layers/chain/node/Chain.ts"
import { freeBalanceOf } from "../../layers/chain/node/funds.ts"
import { reachabilityOf } from "../../layers/chain/subnet/hotkeyList.ts"
import { Subnet, type UnknownSubnet } from "../../layers/chain/subnet/Subnet.ts"
import { cachedOutcome } from "../../layers/machine/effects/cachedOutcome.ts"
import { alpha } from "../../layers/machine/terminal/output.ts"
import { type CheckResult, ok, warning, wrong } from "./Check.ts"

/** How much historical state is needed, and for what. */
const HISTORY_NEEDS = [
  { blocks: 60 * BLOCKS_PER_DAY, keeps: "60 days, enough to explain everything" },
  { blocks: BLOCKS_PER_DAY, keeps: "a day; explaining older rounds takes an archive node" },
  { blocks: 300, keeps: "an hour, enough for rounds and verdicts; explaining older ones takes an archive node" }
] as const

/** The longest of these periods for which the node has state. On a young chain, its first block is enough. */
export const history = Effect.fn("doctor.history")(function* (head: BlockReference) {
  const chain = yield* Chain
  const isThere = (blocks: number) =>
    chain.hashOf(Math.min(head.number, Math.max(1, head.number - blocks))).pipe(
      Effect.flatMap((hash) => chain.readAt("state of an old block", hash, async (at) => at.query.system?.number?.())),
      Effect.as(true),
      Effect.catchIf(isPruned, () => Effect.succeed(false))
    )
  const found = yield* Effect.forEach(HISTORY_NEEDS, ({ blocks }) => isThere(blocks), { concurrency: "unbounded" })
  const longest = HISTORY_NEEDS[found.indexOf(true)]
  return longest === undefined
    ? wrong(
        `${chain.endpoint} has pruned the state of an hour ago: a validator may miss rounds and verdicts, especially after a restart`,
        "give --endpoint the address of a node that keeps more blocks (--state-pruning), preferably an archive node"
      )
    : ok(`the endpoint keeps the state of ${longest.keeps}`)
})

/** Checks that the subnet exists, and is the contract's. */
export const subnetResult = Effect.fn("doctor.subnet")(function* (
  netuid: number,
  metagraph: Effect.Effect<Metagraph, ChainUnavailable | UnknownSubnet>,
  contract: Option.Option<ContractAtHead>
) {
  const contractsOwn = Option.match(contract, {
    onNone: () => Effect.succeedNone,
    // The contract check reports an unreadable contract.
    onSome: ({ config }) => Effect.option(Effect.map(config, (found) => found.netuid))
  })
  const [found, wanted] = yield* Effect.all([Effect.either(metagraph), contractsOwn], { concurrency: 2 })
  const hint = Option.match(wanted, {
    onNone: () => "check --netuid, and that --endpoint is a node of the right network",
    onSome: (of) => `use --netuid ${of}, the subnet of the contract`
  })
  if (Either.isLeft(found)) return found.left._tag === "UnknownSubnet" ? wrong(`there is no subnet ${netuid}`, hint) : yield* found.left
  if (Option.isSome(wanted) && wanted.value !== netuid) return wrong(`subnet ${netuid} is not the contract's`, hint)
  return ok(`subnet ${netuid} with ${found.right.neurons.length} neurons`)
})

const REGISTER = "register it with --netuid and the wallet's name: gittensor validate register, or gittensor mine register"

export const hotkeyResult = (metagraph: Metagraph, hotkey: AccountAddress): CheckResult => {
  const neuron = neuronOf(metagraph, hotkey)
  return neuron === undefined
    ? wrong(`${hotkey} is not registered on subnet ${metagraph.netuid}`, REGISTER)
    : ok(`${hotkey} is UID ${neuron.uid} since block ${neuron.registeredAt}`)
}

export const permitResult = (neuron: Neuron | undefined): CheckResult => {
  if (neuron === undefined) return wrong("no permit: the hotkey is not registered", REGISTER)
  const stake = `${alpha(neuron.stake)} behind the hotkey`
  return neuron.validatorPermit
    ? ok(`validator permit, ${stake}`)
    : wrong(
        `no validator permit, ${stake}: the chain refuses its weights`,
        "at each epoch the validators with the most stake get one: add stake (btcli stake add)"
      )
}

/** Checks an account's balance for fees, a validator's by the rule of its /health, which knows what its own days cost. */
export const fundsResult = Effect.fn("doctor.funds")(function* (who: "coldkey" | "hotkey", account: AccountAddress, isValidator: boolean) {
  const free = yield* freeBalanceOf(account)
  const text = `the ${who} has ${taoText(free)} for fees`
  const hint = `send ${topUp(free, undefined)} to ${account}: the ${who} pays for its transactions`
  const trouble = isValidator ? feesTrouble(free, undefined) : free === 0n ? "has no TAO for fees" : null
  if (trouble !== null) return wrong(`the ${who} ${account} ${trouble}`, hint)
  return free < LITTLE_FUNDS ? warning(text, hint) : ok(text)
})

/** Warn after this many tempos without new weights. */
const TEMPOS = 3

export const weightsResult = Effect.fn("doctor.weights")(function* (neuron: Neuron | undefined, head: BlockReference) {
  if (neuron === undefined) return wrong("no weights: the hotkey is not registered", REGISTER)
  const { tempo, rateLimit, commitReveal } = yield* (yield* Subnet).weightRules(head)
  const rules = `tempo ${tempo}, at most every ${formatBlocks(rateLimit)}${commitReveal ? ", by commit and reveal" : ""}`
  const since = head.number - Math.max(neuron.lastUpdate, neuron.registeredAt)
  const text = neuron.lastUpdate <= neuron.registeredAt ? `no weights yet (${rules})` : `weights ${formatBlocks(since)} old (${rules})`
  return since > TEMPOS * tempo && since > 2 * rateLimit
    ? warning(text, 'check that "gittensor validate" runs; its log and the metric gittensor_weights_set_total show what happened')
    : ok(text)
})

/** The contract at a finalised block. Data for several checks is read once. */
export const contractAt = (address: AccountAddress, head: Effect.Effect<BlockReference, ChainUnavailable>) =>
  Effect.gen(function* () {
    const made = yield* cachedOutcome(Contract.make(address))
    const read = <Name extends "config" | "validators" | "treasury" | "ended" | "version">(name: Name) =>
      Effect.flatMap(Effect.all([made, head]), ([contract, at]) => contract.read(name, {}, at))
    const stored = <Name extends "counts" | "paused" | "owner">(name: Name) =>
      Effect.flatMap(Effect.all([made, head]), ([contract, at]) => contract.stored(name, {}, at))
    // Code of another contract has no such message.
    const edition = Effect.catchTags(read("version"), {
      UnreadableContractData: () => Effect.succeed(undefined),
      NoContract: () => Effect.succeed(undefined),
      ContractUnusable: () => Effect.succeed(undefined)
    })
    return {
      address,
      made,
      read,
      stored,
      edition,
      config: yield* cachedOutcome(read("config")),
      validators: yield* cachedOutcome(read("validators"))
    }
  })
export type ContractAtHead = Effect.Effect.Success<ReturnType<typeof contractAt>>

/** A finding that depends on no other check. */
export const noContract: CheckResult = { ...wrong("none given", "give --contract, or set GITTENSOR_CONTRACT"), isOwn: true }

/** Checks that the contract exists, runs this program's code and is not paused, and that the roster signer that it names can sign rosters. */
export const contractResult = (contract: ContractAtHead, metagraph: Effect.Effect<Metagraph, ChainUnavailable | UnknownSubnet>) =>
  Effect.gen(function* () {
    const at = contract.address
    const hash = yield* codeHashOf(at)
    if (hash === undefined)
      return wrong(`there is no contract at ${at}`, "check --contract, and that --endpoint belongs to the contract's chain")
    const edition = yield* contract.edition
    if (edition === undefined || edition < FIRST_EDITION)
      return wrong(
        `${at} runs the code ${hash}, but this program knows only ${CODE_HASH}`,
        "check --contract; if the owner has upgraded the contract, install the gittensor version that was released for this code"
      )
    const [config, validators, counts, treasury, paused] = yield* Effect.all(
      [contract.config, contract.validators, contract.stored("counts"), contract.read("treasury"), contract.stored("paused")],
      { concurrency: "unbounded" }
    )
    const text = `${at}: code ${hash.slice(0, 10)}…${hash === CODE_HASH ? " as released" : ` of edition ${edition}`}, ${counts.issues} issues, ${counts.competitions} matches, ${validators.validators.length} validators, ${alpha(treasury.allocated)} for bounties, ${alpha(treasury.paid)} paid`
    if (config.devChain && !(yield* Chain).isDevelopment)
      return wrong(
        `${at} was deployed for a development chain: its day may be so short that borrowed stake decides`,
        "check --contract; the owner has to deploy another contract here"
      )
    if (yield* contract.read("ended"))
      return wrong(
        `${at}: its subnet has ended: it was dissolved, or another subnet has number ${config.netuid} now`,
        'everything has stopped: claim what you are owed in TAO with "gittensor mine claim", and stop the validator'
      )
    const head = yield* (yield* Chain).finalisedHead
    const [danger] = (yield* accessToTreasury(config, at, head)).warnings
    if (danger !== undefined) return wrong(`${text}; ${danger}`, 'see "gittensor owner treasury"; veto a treasury that others can move')
    const [trouble] = yield* troublesOfTreasury(config, head)
    if (trouble !== undefined) return warning(`${text}; ${trouble.why}`, trouble.helps)
    const isWanting = counts.issues > 0 && (yield* (yield* contract.made).liveIssues(head)).some(({ status }) => status._tag === "Funding")
    const income = isWanting ? yield* withoutIncome(config, head) : undefined
    if (income !== undefined) return warning(`${text}; ${income.why}`, income.helps)
    const access = yield* withoutAccess(config, at, head)
    if (access !== undefined) return warning(`${text}; ${access.why}`, access.helps)
    const lock = yield* lockedStake(config, at, head)
    if (lock !== undefined) return warning(`${text}; ${lock.why}`, lock.helps)
    const booked = bookedOf(treasury)
    if (treasury.held < booked)
      return warning(`${text}; it holds ${alpha(booked - treasury.held)} less than it has booked`, "the next harvest makes up for it")
    const other = editionNote(hash, edition)
    if (other !== null) return warning(text, other)
    if (config.ownerDelay === 0 && !paused)
      return warning(`${text}; it is being set up`, "no bounty is filled and no match starts until the owner sets owner-delay")
    if (paused) return warning(`${text}; it is paused`, "no match starts until the owner unpauses it")
    const signs = `${config.rosterSigner} signs rosters`
    // The subnet check reports an unreadable subnet.
    const neurons = yield* Effect.option(metagraph)
    return Option.exists(neurons, (found) => neuronOf(found, config.rosterSigner) === undefined)
      ? warning(
          `${text}; ${signs}, but has no neuron on the subnet, so the chain lets it commit to none`,
          "register it, or name another: gittensor owner config set roster-signer=HOTKEY"
        )
      : ok(`${text}; ${signs}`)
  })

/** Checks whether the chain would pay this coldkey. */
export const payableResult = (contract: ContractAtHead, coldkey: AccountAddress) =>
  Effect.gen(function* () {
    const { treasuryHotkey } = yield* contract.config
    const reach = yield* reachabilityOf(coldkey, treasuryHotkey, yield* (yield* Chain).finalisedHead)
    if (reach._tag !== "Closed") return ok(`the chain pays a bounty to ${coldkey}`)
    return warning(
      `${coldkey} has stake behind ${reach.hotkeys} hotkeys, and none behind the treasury's: the chain refuses to pay it a bounty`,
      "consolidate its stake, stake behind the treasury's hotkey yourself, or name another account after a win: gittensor mine payee MATCH COLDKEY"
    )
  })

/** Checks whether the contract counts this hotkey's votes. */
export const votesResult = (contract: ContractAtHead, hotkey: AccountAddress) =>
  Effect.gen(function* () {
    const { validators, total, turnedAt } = yield* contract.validators
    const own = validators.find((one) => one.hotkey === hotkey)
    if (own === undefined)
      return wrong(`the contract does not count votes of ${hotkey}`, `ask the owner: gittensor owner validators add ${hotkey}`)
    if (own.weight === 0n)
      return warning(
        "the hotkey's votes have no weight yet: no stake was there for a whole day",
        `a vote weighs the least stake of the last whole day, which ended in block ${turnedAt}: one to two days after the hotkey was added and has stake of a coldkey that the owner named`
      )
    return ok(
      `its votes have ${total === 0n ? 0 : Number((own.weight * 1000n) / total) / 10}% of the weight of all ${validators.length} validators`
    )
  })

/** Checks whether the coldkey owns the contract, and says what the subnet's end would cost. */
export const ownerResult = (contract: ContractAtHead, coldkey: AccountAddress) =>
  Effect.gen(function* () {
    const [owner, announced, { pending }] = yield* Effect.all([contract.stored("owner"), contract.config, contract.read("treasury")], {
      concurrency: 3
    })
    if (owner !== coldkey) return wrong(`${coldkey} is not the contract's owner, ${owner} is`, "choose the owner's wallet with --wallet")
    return announced.ownerDelay === 0
      ? warning(
          `${coldkey} owns the contract, which is being set up: changes apply at once`,
          "when all is ready, end the set-up: gittensor owner config set owner-delay=1d"
        )
      : ok(
          `${coldkey} owns the contract; changes wait ${formatBlocks(announced.ownerDelay)}; ${alpha(pending)} would be lost if the subnet ended before the next harvest`
        )
  })
