/** A list that is read page by page while scrolling. */
import { askText, takeAnswered } from "../api/ask.ts"
import { addressOf, type ListQuestion } from "../api/endpoints.ts"
import type { Page } from "../api/types.ts"
import { type KnownAnswer, Watched } from "./Watched.ts"

export interface ListAnswer<A> extends KnownAnswer {
  /** Undefined until the first page arrives. */
  readonly items: ReadonlyArray<A> | undefined
  /** Whether more pages follow. */
  readonly more: boolean
  /** Whether the next page is being read. */
  readonly loading: boolean
  /** Whether an exported page has only the newest items of this list. */
  readonly isCut: boolean
}

interface ReadList<A> {
  readonly cursor: string | undefined
  readonly text: string
  readonly items: ReadonlyArray<A>
  readonly next: string | null
  readonly isCut?: boolean
}

const PAGE_SIZE = 100

/** Lists of up to this many pages are reread completely after a change. */
const READ_ANEW = 3

export class ListResource<A> extends Watched<ListAnswer<A>, ListQuestion<A>> {
  #pages: ReadonlyArray<ReadList<A>> = []
  #seen = { from: 0, to: 0 }

  constructor(question: ListQuestion<A>) {
    super(question, { items: undefined, problem: undefined, loading: false, more: false, isCut: false })
    const found = takeAnswered(this.#addressAt(undefined))
    if (found === undefined) return
    const { text, block } = found
    this.tells(block)
    this.begin(this.#keep([{ cursor: undefined, text, ...(JSON.parse(text) as Page<A>) }]))
  }

  /** Reads the next page, unless the last one was read or it is being read already. */
  readonly readMore = (): void => {
    if (this.current().loading || !this.current().more) return
    this.set({ loading: true })
    void this.afterwards(async () => {
      this.tells(this.block)
      const next = this.#pages.at(-1)?.next
      return { ...(next ? this.#keep([...this.#pages, await this.#read(next)]) : {}), loading: false }
    }).then(() => this.current().problem !== undefined && this.set({ loading: false }))
  }

  /** Reports which items are on the screen. They are reread after a change, however long the list is. */
  readonly seen = (from: number, to: number): void => {
    this.#seen = { from, to }
  }

  protected override async askOnce(): Promise<Partial<ListAnswer<A>>> {
    const first = await this.#read(undefined, this.#pages[0])
    const before = this.#pages
    if (before.length <= 1 || first.next === null) return this.#keep([first])
    const pages = [first]
    // A later page stays valid while its cursor is unchanged; otherwise items have moved across the edge, and it is reread.
    let at = 1
    while (at < before.length && (at < READ_ANEW || pages.at(-1)?.next !== before[at]?.cursor)) {
      const cursor = pages.at(-1)?.next
      if (!cursor) return this.#keep(pages)
      pages.push(await this.#read(cursor, before[at]?.cursor === cursor ? before[at] : undefined))
      at += 1
    }
    const { from, to } = this.#seen
    let start = pages.reduce((sum, { items }) => sum + items.length, 0)
    for (const page of before.slice(at)) {
      const isSeen = start < to && start + page.items.length > from
      start += page.items.length
      pages.push(isSeen ? await this.#read(page.cursor, page) : page)
    }
    return this.#keep(pages)
  }

  #addressAt(cursor: string | undefined): string {
    return addressOf({ ...this.question, parameters: { limit: `${PAGE_SIZE}`, ...this.question.parameters, cursor } })
  }

  async #read(cursor: string | undefined, before?: ReadList<A>): Promise<ReadList<A>> {
    const { text, block } = await askText(this.#addressAt(cursor))
    this.tells(block)
    if (before?.text === text) return before
    return { cursor, text, ...(JSON.parse(text) as Page<A>) }
  }

  #keep(pages: ReadonlyArray<ReadList<A>>): Partial<ListAnswer<A>> {
    const same = pages.length === this.#pages.length && pages.every((page, index) => page === this.#pages[index])
    this.#pages = pages
    if (same && this.current().items !== undefined) return {}
    const { keyOf } = this.question
    const seen = new Set<string>()
    // An item that moves across a page edge while pages are being read would appear twice.
    const items = pages.flatMap((page) => page.items).filter((item) => !seen.has(keyOf(item)) && seen.add(keyOf(item)))
    return { items, more: pages.at(-1)?.next != null, isCut: pages.at(-1)?.isCut === true }
  }
}
