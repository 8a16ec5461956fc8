import { type Worth as Value, worthOf } from "../../../src/story/worth.ts"
import { endpoints } from "../api/endpoints.ts"
import { useAnswer } from "../data/hooks.ts"
import { wholeNumber, written } from "../format/amount.ts"
import { useNow } from "../live/now.ts"
import { When } from "./Values.tsx"

interface Props {
  /** Of alpha, a decimal string. */
  readonly rao: string
}

const useWorth = (rao: string): Value | undefined => {
  const { data } = useAnswer(endpoints.config())
  return worthOf(rao, data?.alphaPrice, useNow(60))
}

export const WorthText = ({ worth: { text, price, at } }: { readonly worth: Value }) => (
  <span
    className="worth"
    title={`by the chain's price of ${written(price)} TAO for one alpha in block ${wholeNumber(at.block)}, for orientation`}
  >
    {written(text)}
  </span>
)

/** What an amount of alpha is worth in TAO, in small type beside it. Nothing while the price is unknown or older than a day. */
export const Worth = ({ rao }: Props) => {
  const worth = useWorth(rao)
  return worth === undefined ? null : <WorthText worth={worth} />
}

export const WorthFactText = ({ worth: { text, price, at } }: { readonly worth: Value }) => (
  <>
    {written(text)}, at {written(price)} TAO for one alpha, <When at={at} />
  </>
)

/** The same among facts, with the price and its time. */
export const WorthFact = ({ rao }: Props) => {
  const worth = useWorth(rao)
  return worth === undefined ? "not known now" : <WorthFactText worth={worth} />
}
