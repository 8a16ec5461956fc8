import { shortTaoText } from "../../../src/story/worth.ts"
import { endpoints } from "../api/endpoints.ts"
import { useAnswer } from "../data/hooks.ts"
import { wholeNumber } from "../format/amount.ts"
import { Account } from "./Names.tsx"

/** What keeps everybody from competing, if anything does: the subnet has ended, or the contract is paused. */
export const StateNotice = () => {
  const { data: config } = useAnswer(endpoints.config())
  if (config?.ended)
    return (
      <p className="notice">
        The subnet has ended: it was dissolved, or its number is another subnet's now. Nothing goes on since block{" "}
        {wholeNumber(config.ended.at.block)}. Collateral and bounties that are won can be claimed in TAO, of which there were{" "}
        {shortTaoText(BigInt(config.ended.tao))}: <code>gittensor mine claim</code>.
        {config.ended.restTo === null ? null : (
          <>
            {" "}
            What nobody can claim goes to <Account address={config.ended.restTo} />.
          </>
        )}
      </p>
    )
  return config?.paused ? <p className="notice">The contract is paused: no new issues or matches until it is unpaused.</p> : null
}
