import type { Instance, Reservation } from "@aws-sdk/client-ec2";

/** The items of all pages of a response, in order. */
export async function itemsOf<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsIn: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsIn(page) ?? []));
  return items;
}

/** The instances in a response from EC2. */
export function instancesIn({ Reservations = [] }: { readonly Reservations?: Reservation[] }): Instance[] {
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}
