// Draws the app's icons as PNG from circles, so that no picture file and no image library is needed.
import { crc32, deflateSync } from "node:zlib";

const PETROL = [11, 90, 99];
const PAPER = [247, 245, 240];
const AMBER = [242, 180, 87];
const SAMPLES = 3;

/** `corner` is the radius of the rounded square, `scale` how much of it the mark fills; both relative to 512. */
export function icon(size, { corner, scale }) {
  const rows = [];
  for (let y = 0; y < size; y++) {
    const row = Buffer.alloc(1 + size * 4);
    for (let x = 0; x < size; x++) row.set(pixel(x, y, 512 / size, corner, scale), 1 + x * 4);
    rows.push(row);
  }
  return png(size, Buffer.concat(rows));
}

function pixel(x, y, step, corner, scale) {
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const px = (x + ((i % SAMPLES) + 0.5) / SAMPLES) * step;
    const py = (y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) * step;
    const colour = colourAt(px - 256, py - 256, corner, scale);
    if (colour === null) continue;
    for (let c = 0; c < 3; c++) sum[c] += colour[c];
    sum[3] += 1;
  }
  const inside = sum[3];
  if (inside === 0) return [0, 0, 0, 0];
  return [...sum.slice(0, 3).map((c) => Math.round(c / inside)), Math.round((255 * inside) / SAMPLES ** 2)];
}

function colourAt(x, y, corner, scale) {
  const dx = Math.max(0, Math.abs(x) - (256 - corner));
  const dy = Math.max(0, Math.abs(y) - (256 - corner));
  if (Math.hypot(dx, dy) > corner && corner > 0) return null;
  const r = Math.hypot(x, y) / scale;
  if (r <= 36) return AMBER;
  if (Math.abs(r - 156) <= 15) return PAPER;
  if (Math.abs(r - 88) <= 15) return PETROL.map((c, i) => Math.round(c + (PAPER[i] - c) * 0.75));
  return PETROL;
}

function png(size, raw) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(raw, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "ascii"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return out;
}
