import { Component, type ReactNode, type RefObject } from "react"
import { type Places, placesAround, slideFrom } from "../live/slide.ts"

interface Props {
  readonly place: RefObject<Element | null>
  /** What is drawn. Rows slide when it is another value. */
  readonly shown: unknown
  /** Whether the rows came by themselves. */
  readonly slides: boolean
  readonly children: ReactNode
}

/** Slides rows that came by themselves. It is a class because only a class can measure the page just before React changes it. */
export class Sliding extends Component<Props> {
  override getSnapshotBeforeUpdate({ shown }: Props): Places | null {
    const { current } = this.props.place
    return this.props.slides && shown !== this.props.shown && current !== null ? placesAround(current) : null
  }

  override componentDidUpdate(_before: Props, _state: unknown, places: Places | null): void {
    const { current } = this.props.place
    if (places !== null && current !== null) slideFrom(current, places)
  }

  override render(): ReactNode {
    return this.props.children
  }
}
