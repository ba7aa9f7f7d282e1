import type { Instance, Reservation } from "@aws-sdk/client-ec2";

/** What all pages of an answer hold, in their order. */
export async function itemsOf<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsIn: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsIn(page) ?? []));
  return items;
}

/** The instances in an answer of EC2. */
export function instancesIn({ Reservations = [] }: { readonly Reservations?: Reservation[] }): Instance[] {
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}
