interface Props {
  readonly width?: string
  readonly height?: string
}

/** A placeholder in the size of the coming content. */
export const Skeleton = ({ width = "100%", height = "1em" }: Props) => (
  <span className="skeleton" style={{ width, height }} aria-hidden="true" />
)
