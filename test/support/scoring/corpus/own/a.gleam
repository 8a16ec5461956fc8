import gleam/io
import gleam/list.{map}
import gleam/option.{type Option, None, Some} as opt

/// A shape.
pub type Shape {
  Circle(radius: Float)
  Square(side: Float)
}

pub fn area(shape: Shape) -> Float {
  case shape {
    Circle(radius: r) -> 3.14 *. r *. r
    Square(side) if side >. 0.0 -> side *. side
    _ -> 0.0
  }
}

pub fn main() {
  [Circle(1.0), Square(2.0)]
  |> map(area)
  |> list.fold(0.0, fn(sum, one) { sum +. one })
  |> io.debug
}
