/** The registered neurons at each block: validators, the treasury, and miners' hotkeys with their linked accounts. */
import type { AccountAddress } from "../../../src/domain/Account.ts"
import * as GitHubLink from "../../../src/domain/GitHubLink.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import type { Metagraph, Neuron } from "../../../src/domain/Metagraph.ts"
import type { Commitment } from "../../../src/layers/chain/subnet/Subnet.ts"
import type { Person } from "../miners/MinerStrategy.ts"
import { accountNamed, keyNamed } from "./keys.ts"

/** A person's present hotkey. */
export interface Miner {
  readonly person: Person
  readonly uid: number
  readonly key: KeyPair
  readonly coldkey: AccountAddress
  /** The GitHub account that the hotkey links. */
  readonly account: number
}

export interface Population {
  readonly metagraphAt: (block: number) => Metagraph
  readonly commitmentsAt: (block: number) => ReadonlyArray<Commitment>
  /** A gist's owner and the content of its file; undefined if it does not exist. */
  readonly gist: (id: string) => { readonly owner: number; readonly content: string } | undefined
  readonly miners: () => ReadonlyArray<Miner>
  readonly minerOf: (hotkey: AccountAddress) => Miner | undefined
  /** Replaces a person's hotkey: the UID stays, everything else starts over. */
  readonly swap: (person: Person, block: number, coldkey: "same coldkey" | "new coldkey") => Miner
}

const registeredNeuron = (uid: number, hotkey: AccountAddress, coldkey: AccountAddress, registeredAt: number): Neuron => ({
  uid,
  hotkey,
  coldkey,
  stake: 0n,
  validatorPermit: false,
  axon: null,
  lastUpdate: 0,
  registeredAt
})

interface Setup {
  readonly netuid: number
  readonly genesisHash: string
  readonly block: number
  /** In order of their UIDs, which come before the miners'. */
  readonly validators: ReadonlyArray<{ readonly hotkey: AccountAddress; readonly coldkey: AccountAddress }>
  readonly people: ReadonlyArray<Person>
  /** People with the same name here share a coldkey. */
  readonly coldkeyNameOf: (person: Person) => string
}

export const make = ({ block, genesisHash, netuid, people, coldkeyNameOf, validators }: Setup): Population => {
  const versions: Array<Metagraph> = []
  const commitments: Array<Commitment> = []
  const gists = new Map<string, { readonly owner: number; readonly content: string }>()
  const miners = new Map<number, Miner>()
  const byHotkey = new Map<AccountAddress, Miner>()
  const firstOf = new Map<number, ReadonlyArray<Commitment>>()

  const join = (miner: Miner, at: number): void => {
    miners.set(miner.person.index, miner)
    byHotkey.set(miner.key.address, miner)
    const id = `g${miner.account}x${commitments.length}`
    const link = GitHubLink.GitHubLink.make({
      genesisHash: GitHubLink.GitHubLink.fields.genesisHash.make(genesisHash),
      netuid,
      hotkey: miner.key.address,
      account: GitHubLink.GitHubAccountId.make(miner.account)
    })
    gists.set(id, { owner: miner.account, content: GitHubLink.gistContent(link, miner.key) })
    commitments.push({ account: miner.key.address, block: at, fields: [{ _tag: "Raw", text: `gh:${miner.account}:${id}` }] })
  }

  for (const person of people) {
    const key = keyNamed(`miner ${person.index}`)
    const coldkey = accountNamed(`coldkey ${coldkeyNameOf(person)}`)
    join({ person, uid: validators.length + person.index, key, coldkey, account: 1_000 + person.index }, block)
  }
  versions.push({
    netuid,
    block,
    neurons: [
      ...validators.map(({ coldkey, hotkey }, uid) => registeredNeuron(uid, hotkey, coldkey, block)),
      ...Array.from(miners.values(), ({ coldkey, key, uid }) => registeredNeuron(uid, key.address, coldkey, block))
    ]
  })

  return {
    metagraphAt: (at) => {
      const found = versions.findLast((version) => version.block <= at) ?? versions[0]
      if (found === undefined) throw new RangeError("nobody is registered")
      return found
    },
    commitmentsAt: (at) => {
      const count = commitments.findLastIndex((commitment) => commitment.block <= at) + 1
      const known = firstOf.get(count) ?? commitments.slice(0, count)
      firstOf.set(count, known)
      return known
    },
    gist: (id) => gists.get(id),
    miners: () => [...miners.values()],
    minerOf: (hotkey) => byHotkey.get(hotkey),
    swap: (person, at, coldkeyChoice) => {
      const before = miners.get(person.index)
      const latest = versions.at(-1)
      if (before === undefined || latest === undefined) throw new RangeError(`person ${person.index} is not registered`)
      const key = keyNamed(`miner ${person.index} from ${at}`)
      const coldkey = coldkeyChoice === "same coldkey" ? before.coldkey : accountNamed(`coldkey of ${person.index} from ${at}`)
      // The old account stays with the old hotkey for good, so the person creates a new one.
      const after: Miner = { person, uid: before.uid, key, coldkey, account: 1_000_000 + commitments.length }
      join(after, at)
      const neurons = latest.neurons.map((neuron) =>
        neuron.uid === before.uid ? registeredNeuron(neuron.uid, key.address, coldkey, at) : neuron
      )
      versions.push({ netuid, block: at, neurons })
      return after
    }
  }
}
