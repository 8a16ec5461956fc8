import { useCopy } from "../live/copy.ts"

/** A command for a terminal, with a button that copies it. */
export const Command = ({ text }: { readonly text: string }) => {
  const [isCopied, copy] = useCopy(text)
  return (
    <p className="command">
      <code>{text}</code>
      <button type="button" onClick={copy}>
        {isCopied ? "Copied" : "Copy"}
        <span className="hidden"> the command</span>
      </button>
    </p>
  )
}
