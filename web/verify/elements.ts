/** Makes elements of the document. Text is always text: nothing that a node or a link says is read as HTML. */

type Child = Node | string | undefined

/** An element with attributes and children. Those that are undefined are left out. */
export const element = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | undefined>>,
  ...children: ReadonlyArray<Child>
): HTMLElementTagNameMap[Name] => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value)
  made.append(...children.filter((child) => child !== undefined))
  return made
}

export const button = (text: string, pressed: () => void): HTMLButtonElement => {
  const made = element("button", { type: "button" }, text)
  made.addEventListener("click", pressed)
  return made
}
