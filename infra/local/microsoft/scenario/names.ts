// Names of companies and people. Companies first take Microsoft's well-known fictitious names, then generated ones;
// every name is unique, though some are close to another on purpose, as in a real customer list.
import type { Draws } from './draws.ts';

const KNOWN_CUSTOMERS = [
  'Adatum',
  'Contoso Bakery',
  'Fabrikam',
  'Litware Legal',
  'Tailspin Toys',
  'Wingtip Gardens',
  'Proseware Clinic',
  'Woodgrove Bank',
  'Margie’s Travel',
  'Fourth Coffee',
  'Coho Winery',
  'Alpine Ski House',
];

const PLACES =
  'Amber,Ashford,Beacon,Birch,Blue Yonder,Bramley,Cedar,Cobalt,Copper,Coral,Crest,Dovetail,Eastgate,Elm,Falcon,Fenwick,Glen,Granite,Harbour,Hawthorn,Heather,Ivy,Juniper,Kestrel,Lakeside,Larch,Linden,Maple,Marsh,Meadow,Mill Lane,Nettle,Oakfield,Orchard,Osprey,Pebble,Pinewood,Quarry,Ravens,Redwood,Ridge,Riverside,Rowan,Saffron,Silver,Stone,Summit,Thistle,Valley,Westbrook,Willow,Yarrow'.split(
    ',',
  );
const TRADES =
  'Accountants,Architects,Bakery,Brewing,Builders,Care Homes,Chambers,Clinic,Consulting,Dental,Design,Engineering,Estates,Events,Farms,Fitness,Flooring,Foods,Freight,Furniture,Glass,Insurance,Interiors,Joinery,Legal,Logistics,Media,Motors,Optics,Packaging,Pharmacy,Plumbing,Press,Primary School,Recruitment,Roofing,Security,Solar,Studios,Surveyors,Textiles,Timber,Travel,Veterinary,Vineyards'.split(
    ',',
  );
const FORMS = ['', '', '', ' Ltd', ' Limited', ' Group', ' & Sons', ' GmbH'];

const GIVEN =
  'Adele,Alex,Amara,Anders,Bianca,Bo,Carlos,Chidi,Clara,Daniela,Diego,Dilan,Ebba,Elif,Emeka,Enrico,Fatima,Finn,Freya,Grady,Greta,Hana,Henrietta,Ibrahim,Ines,Isaiah,Jakub,Joni,Jorge,Kaja,Kenji,Lars,Leila,Lidia,Lynne,Mael,Marta,Megan,Mei,Miriam,Nadia,Nestor,Nia,Olga,Oskar,Patti,Pradeep,Quinn,Rania,Raul,Robin,Saanvi,Sven,Tamar,Tomas,Uma,Vance,Wanjiru,Xavier,Yuki,Zofia'.split(
    ',',
  );
const SURNAMES =
  'Adeyemi,Almeida,Andersen,Bauer,Becker,Bowen,Cavill,Chen,Costa,Dubois,Eriksson,Fischer,Fontaine,Garcia,Gerhart,Greene,Haddad,Hansen,Horvat,Ivanova,Jansen,Johansson,Kaya,Kimura,Kowalski,Langer,Lopes,MacLeod,Mensah,Moreau,Nakamura,Nilsson,Novak,Okafor,Oliveira,Patel,Petrov,Quist,Rossi,Ruiz,Sato,Schmidt,Silva,Singh,Taylor,Tran,Ueda,Varga,Vasquez,Wagner,Walsh,Weber,Wilber,Yilmaz,Young,Zhang,Ziegler,O’Neill,Müller,Núñez'.split(
    ',',
  );

const MAILBOX_PARTS = new Map([...GIVEN, ...SURNAMES].map((name) => [name, asciiLower(name).replace(/[^a-z]/g, '')]));

export const DEPARTMENTS = ['Finance', 'Sales', 'Operations', 'Human Resources', 'IT', 'Marketing', 'Legal', null];
export const OFFICES = ['Head office', 'Bristol', 'Utrecht', 'Aarhus', 'Porto', 'Home', null];
export const JOB_TITLES = [
  'Director',
  'Manager',
  'Assistant',
  'Engineer',
  'Bookkeeper',
  'Consultant',
  'Apprentice',
  null,
];

/**
 * The unique name of a customer.
 * @param index position of the customer in the scenario, from 0
 * @param taken names used so far, in lower case; the new one is added
 */
export function companyName(draws: Draws, index: number, taken: Set<string>): string {
  let name = KNOWN_CUSTOMERS[index];
  for (let attempt = 0; name === undefined || taken.has(name.toLowerCase()); attempt += 1) {
    const base = `${draws.pick(PLACES)} ${draws.pick(TRADES)}`;
    // A list of thousands of customers runs out of plain names: then a second place name tells them apart.
    name = attempt < 4 ? `${base}${draws.pick(FORMS)}` : `${base}${draws.pick(FORMS)} (${draws.pick(PLACES)})`;
    if (attempt >= 12) name = `${base} ${index}`;
  }
  taken.add(name.toLowerCase());
  return name;
}

/** A name without letters that a domain cannot hold, e.g. `margiestravel`. */
export function domainLabel(name: string): string {
  return asciiLower(name).replace(/[^a-z0-9]/g, '');
}

export interface PersonName {
  given: string;
  surname: string;
  /** The part of a user principal name before the `@`, unique in its tenant when the position is. */
  mailbox: string;
}

/** A person's name; `position` keeps mailbox names unique in a tenant. */
export function personName(draws: Draws, position: number, taken: Set<string>): PersonName {
  const given = draws.pick(GIVEN);
  const surname = draws.pick(SURNAMES);
  const plain = `${MAILBOX_PARTS.get(given)}.${MAILBOX_PARTS.get(surname)}`;
  const mailbox = taken.has(plain) ? `${plain}${position}` : plain;
  if (mailbox === plain) taken.add(plain);
  return { given, surname, mailbox };
}

function asciiLower(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
