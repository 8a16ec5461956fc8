import { gitHubPull } from "../../../src/domain/gitHubAddress.ts"
import type { Part, Sentence } from "../../../src/story/sentence.ts"
import { exactAlpha, written } from "../format/amount.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { ValidatorName } from "./ValidatorName.tsx"

const NamedPart = ({ part }: { readonly part: Part }) => {
  switch (part.kind) {
    case "text":
      return part.text
    case "figure":
      return written(part.text)
    case "validator":
      return <ValidatorName hotkey={part.address} emblem={false} />
    case "miner":
      return (
        <Link to={pageAddress(part.kind, { hotkey: part.address })} title={part.address} className="told-name">
          {part.text}
        </Link>
      )
    case "account":
      return <span title={part.address}>{part.text}</span>
    case "issue":
    case "competition":
      return (
        <Link to={pageAddress(part.kind, { id: part.id })} className={`told-${part.kind}`}>
          {part.text}
        </Link>
      )
    case "pullRequest":
      return (
        <a href={gitHubPull(part.repository, part.number)} target="_blank" rel="noreferrer">
          {part.text}
        </a>
      )
    case "amount":
      return (
        <strong className="told-amount" title={`${exactAlpha(part.rao)} α`}>
          {written(part.text)}
        </strong>
      )
  }
}

/** A sentence about what happened, with links to whatever it names. */
export const Told = ({ sentence }: { readonly sentence: Sentence }) => (
  <span className="told">
    {sentence.map((part, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a sentence's parts never move
      <NamedPart key={index} part={part} />
    ))}
  </span>
)
