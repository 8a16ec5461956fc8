import { BADGES, PICTURES } from "../../../src/dashboard/api/definition/pages.ts"
import { isExported } from "../exported/place.ts"
import { useCopy } from "../live/copy.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Command } from "./Command.tsx"

interface Props {
  readonly what: "match" | "issue"
  readonly id: number
  /** What the picture and the badge show, in words, for those who do not see them. */
  readonly name: string
  /** The address of its feed, from the slash on. */
  readonly feed: string
}

/** What would end the words of a Markdown link. */
const UNSAFE = /[[\]\\`<>]/g

/** Ways to show something elsewhere: its link, picture, feed and badge. An exported page has its link only. */
export const Sharing = ({ what, id, name, feed }: Props) => {
  const path = pageAddress(what === "match" ? "competition" : "issue", { id })
  const { origin, href } = window.location
  const link = isExported ? href : `${origin}${path}`
  const picture = `${PICTURES[what]}/${id}.png`
  const [isCopied, copy] = useCopy(link)
  return (
    <div className="sharing">
      <p className="sharing-ways">
        <button type="button" onClick={copy}>
          {isCopied ? "Copied" : "Copy link"}
        </button>
        {typeof navigator.share !== "function" ? null : (
          <button type="button" onClick={() => void navigator.share({ title: name, url: link }).catch(() => undefined)}>
            Send…
          </button>
        )}
        {isExported ? null : (
          <>
            <a href={picture} target="_blank" rel="noreferrer">
              Picture
            </a>
            <a href={picture} download={`${what}-${id}.png`}>
              Download the picture
            </a>
            <a href={feed} type="application/atom+xml">
              Feed
            </a>
          </>
        )}
      </p>
      {isExported ? null : (
        <>
          <p className="muted">A badge for a README, which shows the state of that moment:</p>
          <Command text={`[![${name.replace(UNSAFE, "")}](${origin}${BADGES[what]}/${id}.svg)](${link})`} />
        </>
      )}
    </div>
  )
}
