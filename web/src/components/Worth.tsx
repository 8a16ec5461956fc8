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

/** What an amount of alpha is worth in TAO, in small type beside it. Nothing while the price is unknown or older than a day. */
export const Worth = ({ rao }: Props) => {
  const worth = useWorth(rao)
  if (worth === undefined) return null
  const { text, price, at } = worth
  const why = `by the chain's price of ${written(price)} TAO for one alpha in block ${wholeNumber(at.block)}, for orientation`
  return (
    <span className="worth" title={why}>
      {written(text)}
    </span>
  )
}

/** An amount's worth as one of the facts of a page, with the price and its time. */
export const WorthFact = ({ rao }: Props) => {
  const worth = useWorth(rao)
  if (worth === undefined) return "not known now"
  return (
    <>
      {written(worth.text)}, at {written(worth.price)} TAO for one alpha, <When at={worth.at} />
    </>
  )
}
