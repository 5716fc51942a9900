import { expect, it } from 'vitest';
import { decodeElement, e4m3Values } from './float-formats.js';

it('decodes the landmarks of e4m3', () => {
  const landmarks: [number, number][] = [
    [0x00, 0],
    [0x80, -0],
    [0x01, 2 ** -9],
    [0x07, 7 * 2 ** -9],
    [0x08, 2 ** -6],
    [0x38, 1],
    [0x3c, 1.5],
    [0xb8, -1],
    [0x77, 240],
    [0x78, 256],
    [0x7e, 448],
    [0xfe, -448],
    [0x7f, Number.NaN],
    [0xff, Number.NaN],
  ];
  for (const [code, value] of landmarks) expect(e4m3Values[code]).toBe(value);
  expect(decodeElement.e4m3(Uint8Array.of(0, 0x7e), 1)).toBe(448);
});

it('orders e4m3 codes as their values', () => {
  for (let code = 1; code < 0x7f; code++) {
    expect(e4m3Values[code]!).toBeGreaterThan(e4m3Values[code - 1]!);
    expect(e4m3Values[code | 0x80]).toBe(-e4m3Values[code]!);
  }
});

const float32Bytes = (value: number) => new Uint8Array(Float32Array.of(value).buffer);

it('decodes bf16 as the upper half of float32', () => {
  for (const value of [1, -2.5, 3.140625, 2 ** -133, -(2 ** 127), Number.POSITIVE_INFINITY, -0]) {
    expect(decodeElement.bf16(float32Bytes(value), 2)).toBe(value);
  }
  expect(decodeElement.bf16(Uint8Array.of(0xc0, 0xff), 0)).toBeNaN();
});

it('drops the low 13 bits of tf32', () => {
  expect(decodeElement.tf32(float32Bytes(1 + 2 ** -10), 0)).toBe(1 + 2 ** -10);
  expect(decodeElement.tf32(float32Bytes(1 + 2 ** -10 + 2 ** -11 + 2 ** -23), 0)).toBe(1 + 2 ** -10);
  expect(decodeElement.tf32(float32Bytes(-3.5), 0)).toBe(-3.5);
});
