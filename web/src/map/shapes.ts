// Rings and lengths on the ground, good to a few millimetres at the scale of a street.

const METRES_PER_DEGREE = 111_195;

export type Position = [lon: number, lat: number];

export function ring([lon, lat]: Position, radiusM: number): Position[] {
  const points: Position[] = [];
  for (let i = 0; i <= 96; i++) {
    const angle = (i / 96) * 2 * Math.PI;
    const dy = (radiusM * Math.cos(angle)) / METRES_PER_DEGREE;
    const dx = (radiusM * Math.sin(angle)) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180));
    points.push([lon + dx, lat + dy]);
  }
  return points;
}

export function lengthM(points: Position[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Position, points[i] as Position];
    const dy = (b[1] - a[1]) * METRES_PER_DEGREE;
    const dx = (b[0] - a[0]) * METRES_PER_DEGREE * Math.cos((((a[1] + b[1]) / 2) * Math.PI) / 180);
    sum += Math.hypot(dx, dy);
  }
  return sum;
}
