/** The contract's settings in polkadot.js's form. */
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"

/** Settings with a treasury that this account could have created. */
export const plainSettings = (spawner: AccountAddress) => {
  const { treasuryBirth, treasuryColdkey, treasuryHotkey } = treasuryOf({
    spawner,
    block: 1,
    extrinsic: 1,
    proxyType: 0,
    index: 0,
    salt: `0x${"07".repeat(32)}`
  })
  return {
    netuid: 74,
    dev_chain: true,
    day: 5,
    treasury_hotkey: treasuryHotkey,
    treasury_coldkey: treasuryColdkey,
    treasury_birth: { ...treasuryBirth, proxy_type: treasuryBirth.proxyType },
    min_bounty: 1_000_000_000,
    max_bounty: 10_000_000_000_000,
    submission_window: 10,
    competition_length: 20,
    outcome_grace: 5,
    challenge_period: 5,
    round_length: 10,
    attest_blocks: 5,
    quorum_bps: 6_000,
    max_competitions_per_miner: 3,
    collateral_bps: 0,
    slash_bps: 0,
    harvest_step: 10,
    recycle_after: 35,
    owner_delay: 0,
    roster_signer: spawner,
    roster_signer_since: 0
  }
}
