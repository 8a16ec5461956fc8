module main

import os

struct Point {
pub mut:
	x int
	y int
}

fn (p Point) sum() int {
	return p.x + p.y
}

fn main() {
	mut points := []Point{}
	for i in 0 .. 10 {
		points << Point{
			x: i
			y: i * 2
		}
	}
	for point in points.filter(it.x > 3) {
		println('${point.x}: ${point.sum()}')
	}
	text := os.read_file('a.txt') or { panic(err) }
	println(text.len)
}
