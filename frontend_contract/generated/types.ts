// Made by `make contract` from schema.graphql and operations/. Do not edit.

/** How artificial intelligence was used for a text. */
export interface AiUse {
  __typename: "AiUse";
  /** Whether a person has read and approved the text since. */
  isHumanReviewed: boolean;
  /** What it did. */
  kind: AiUseKind;
  /** When that was. */
  reviewedOn: DateText | null;
}

/** What artificial intelligence did to a text. */
export type AiUseKind =
  | "ASSISTED"
  | "GENERATED"
  | "TRANSLATED";

/** How people take part in an event. */
export type Attendance =
  | "MIXED"
  | "ONLINE"
  | "ON_SITE";

/** A building block of a body; which one, its type says. */
export type Block =
  | CallToActionBlock
  | DocumentBlock
  | EmbedBlock
  | EventTeaserBlock
  | FactListBlock
  | GalleryBlock
  | HeadingBlock
  | ImageBlock
  | LinkBlock
  | ProjectTeaserBlock
  | QuoteBlock
  | TableBlock
  | TextBlock;

/** Where a call stands now, worked out from its times. */
export type CallStatus =
  | "CLOSED"
  | "OPEN"
  | "UNKNOWN"
  | "UPCOMING";

/** A link that asks the reader to do something, usually shown as a button. */
export interface CallToActionBlock {
  __typename: "CallToActionBlock";
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
  /** How much it stands out. */
  style: CallToActionStyle;
  /** Where it goes; null when the target is not public. */
  target: LinkTarget | null;
  /** The words of the link. */
  text: string;
}

/** How much a call to action stands out. */
export type CallToActionStyle =
  | "PRIMARY"
  | "SECONDARY";

/** One thing at its latest state, or the tombstone of what was public. */
export interface Change {
  __typename: "Change";
  /** When it happened. */
  changedAt: DateTimeText;
  /** The thing itself; null for a tombstone. */
  item: Node | null;
  /** What happened. */
  kind: ChangeKind;
  /** Its language; null for what has none. */
  locale: Locale | null;
  /** Path of that address. */
  path: string | null;
  /** Why it was withdrawn. */
  reason: WithdrawalReason | null;
  /** What is at the address of a withdrawn page now, or where it leads. */
  replacement: Replacement | null;
  /** Id of the thing, the same in all languages. */
  sourceId: string;
  /** Type name of the thing. */
  type: string;
  /** Its address, or the last one; null for what has none. */
  url: string | null;
  /** Grows by one with each change of the thing. */
  version: number;
}

/** Narrows a stream of changes; what is given must all hold. A thing that leaves the filter is withdrawn with the reason LEFT_FILTER. */
export interface ChangeFilter {
  /** Language; vocabulary and people are in every language. */
  locale?: Locale | null;
  /** Types of news. */
  newsTypes?: Array<NewsType> | null;
  /** Key of a site; all sites when absent. */
  site?: string | null;
  /** Topic codes. */
  topics?: Array<string> | null;
  /** Type names, for instance NewsPage. */
  types?: Array<string> | null;
}

/** What happened to a thing. */
export type ChangeKind =
  | "PUBLISHED"
  | "UPDATED"
  | "WITHDRAWN";

/** Changes in the order in which they happened. */
export interface ChangeList {
  __typename: "ChangeList";
  /** Pass it as `after` to go on. */
  cursor: string;
  /** Whether more changes are waiting. */
  hasMore: boolean;
  /** The changes. */
  nodes: Array<Change>;
}

/** A quality label of cluster management that the cluster was awarded. */
export interface ClusterLabel {
  __typename: "ClusterLabel";
  /** When it was awarded. */
  awardedOn: DateText | null;
  /** Who awarded it. */
  issuer: string | null;
  /** Its level. */
  level: LabelLevel;
  /** The last day it is valid. */
  validUntil: DateText | null;
}

/** A cluster: who it is, what it does and how it has grown. */
export interface ClusterPage {
  __typename: "ClusterPage";
  /** Who it is and what it does. */
  about: RichText | null;
  /** What it works on. */
  activityAreas: Array<string>;
  /** How artificial intelligence was used for the text; null where nobody said. */
  aiUse: AiUse | null;
  /** The page whose text this page shows at a second address; null for all others. */
  aliasOf: Page | null;
  /** The pages above this one, from the home page down. */
  breadcrumbs: Array<Page>;
  /** How complete this profile is, by our own open formula. */
  completeness: Completeness;
  /** Its members by kind, by the newest statement. */
  composition: Composition | null;
  /** Every statement about its members, in the editor's order. */
  compositionHistory: Array<Composition>;
  /** Whom visitors may write to. */
  contact: Person | null;
  /** How it works across borders: both kinds, always. */
  cooperation: Array<Cooperation>;
  /** Where it is. */
  country: Country | null;
  /** Cross-sectoral industries. */
  crossSectoralIndustries: Array<Term>;
  /** When it was founded. */
  foundedOn: DateText | null;
  /** The goals of its mission. */
  goals: Array<string>;
  /** Opaque and stable: the same for all translations of a page, and for no other. */
  groupId: string;
  /** Opaque, global and stable id of this page and language. */
  id: string;
  /** Figures that others state about it. */
  keyFigures: Array<KeyFigure>;
  /** Quality labels it was awarded. */
  labels: Array<ClusterLabel>;
  /** Its legal form. */
  legalForm: string | null;
  /** Its name in its own language. */
  localName: string | null;
  /** The page's language. */
  locale: Locale;
  /** Who runs it, in the editor's order. */
  managementTeam: Array<Person>;
  /** What it is there for. */
  mission: string | null;
  /** What the cluster is called. */
  name: string;
  /** Path of that address, language included. */
  path: string;
  /** The page's main picture. */
  picture: Picture | null;
  /** Programmes that support the cluster itself. */
  programmes: Array<Programme>;
  /** When the page was first published. */
  publishedAt: DateTimeText;
  /** The region it is in. */
  region: Region | null;
  /** Priority areas of smart specialisation. */
  s3Priorities: Array<Term>;
  /** Sectoral industries. */
  sectors: Array<Term>;
  /** What the head of a page should say. */
  seo: Seo;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** What is known of its strategy. */
  strategy: Strategy;
  /** What it is, in short: the introduction of a page that has one. It may be empty. */
  summary: string;
  /** What it does for its members. */
  supportServices: Array<SupportService>;
  /** Technology fields. */
  technologyFields: Array<Term>;
  /** The page's title. */
  title: string;
  /** The public versions in all languages, this one among them; an alias is none. */
  translations: Array<Translation>;
  /** When the page was last published. */
  updatedAt: DateTimeText;
  /** Absolute public address on the frontend. */
  url: string;
  /** Address of its own site. */
  website: string | null;
}

/** How complete a profile is, by our own open formula. */
export interface Completeness {
  __typename: "Completeness";
  /** What is missing. */
  missing: Array<MissingField>;
  /** From 0, empty, to 100, complete. */
  score: number;
}

/** How many members of which kind a cluster had, as of a date, by one source. */
export interface Composition {
  __typename: "Composition";
  /** The day for which the numbers hold, if the source says so. */
  asOf: DateText | null;
  /** Large companies. */
  largeCompanies: number | null;
  /** Members in all; null when not stated. */
  members: number | null;
  /** Other actors of the ecosystem. */
  otherActors: number | null;
  /** Research organisations, universities and technology centres. */
  researchOrganisations: number | null;
  /** Small and medium-sized companies. */
  smes: number | null;
  /** Who states the numbers. */
  source: string | null;
  /** Start-ups; they may be counted among the companies as well. */
  startUps: number | null;
}

/** One of the two ways in which a cluster works across borders. */
export interface Cooperation {
  __typename: "Cooperation";
  /** Which way. */
  kind: CooperationKind;
  /** How the cluster supports its members there. */
  supportActivities: Array<Term>;
  /** The countries it is aimed at. */
  targetedCountries: Array<Country>;
}

/** How a cluster works across borders. */
export type CooperationKind =
  | "INTERNATIONAL"
  | "TRANSNATIONAL";

/** A country. */
export interface Country {
  __typename: "Country";
  /** ISO 3166-1 alpha-2 code, for instance BG. */
  code: string;
  /** The country's name in the reader's language. */
  label: string;
}

/** Calendar date without a time, as ISO 8601 writes it, for instance 2026-03-02. */
export type DateText = string;

/** A range of dates, both included; either may be absent. */
export interface DateRange {
  /** First date. */
  from?: DateText | null;
  /** Last date. */
  to?: DateText | null;
}

/** Instant with its zone, as ISO 8601 writes it: 2026-03-02T12:00:00+00:00. */
export type DateTimeText = string;

/** Exact decimal number as a string, for money. */
export type DecimalText = string;

/** A file to download. */
export interface Document {
  __typename: "Document";
  /** SHA-256 of the file, in hexadecimal. */
  checksum: string;
  /** What the file's name ends in, without the dot, for instance pdf. */
  fileExtension: string;
  /** Opaque, global and stable id. */
  id: string;
  /** ISO 639 code of its language, `mul` for several. */
  language: string | null;
  /** Size of the file in bytes. */
  sizeBytes: number;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** The document's title. */
  title: string;
  /** Address of the file. */
  url: string;
}

/** A file to download. */
export interface DocumentBlock {
  __typename: "DocumentBlock";
  /** The document. */
  document: Document;
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
}

/** A video or similar thing that is kept elsewhere. */
export interface EmbedBlock {
  __typename: "EmbedBlock";
  /** Where it is kept. */
  address: string;
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
  /** Who keeps it, for instance YouTube. */
  providerName: string;
  /** What it is. */
  title: string;
}

/** Narrows a list of events; what is given must all hold. An event without a known end is over when it starts, one that lasts all day when its last day is over. */
export interface EventFilter {
  /** Events in which people take part so. */
  attendance?: Attendance | null;
  /** Events that have not ended before this instant. */
  from?: DateTimeText | null;
  /** Events of this project. */
  projectId?: string | null;
  /** Events with one of these statuses. */
  statuses?: Array<EventStatus> | null;
  /** Events that start before this instant. */
  to?: DateTimeText | null;
  /** Events with one of these topic codes. Events have no topics yet: none is found. */
  topics?: Array<string> | null;
  /** Events that are not over now, or those that are. Prefer it to a changing `from`: the answer stays the same, and may be kept by caches, until the next event starts or ends. */
  when?: EventWhen | null;
}

/** The section that holds all events of one cluster. */
export interface EventIndexPage {
  __typename: "EventIndexPage";
  /** How artificial intelligence was used for the text; null where nobody said. */
  aiUse: AiUse | null;
  /** The page whose text this page shows at a second address; null for all others. */
  aliasOf: Page | null;
  /** The pages above this one, from the home page down. */
  breadcrumbs: Array<Page>;
  /** Opaque and stable: the same for all translations of a page, and for no other. */
  groupId: string;
  /** Opaque, global and stable id of this page and language. */
  id: string;
  /** Text above the list. */
  introduction: string;
  /** The page's language. */
  locale: Locale;
  /** Path of that address, language included. */
  path: string;
  /** The page's main picture. */
  picture: Picture | null;
  /** When the page was first published. */
  publishedAt: DateTimeText;
  /** What the head of a page should say. */
  seo: Seo;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** What it is, in short: the introduction of a page that has one. It may be empty. */
  summary: string;
  /** The page's title. */
  title: string;
  /** The public versions in all languages, this one among them; an alias is none. */
  translations: Array<Translation>;
  /** When the page was last published. */
  updatedAt: DateTimeText;
  /** Absolute public address on the frontend. */
  url: string;
}

/** How events are ordered; ties are broken by id. */
export type EventOrder =
  | "STARTS_ASC"
  | "STARTS_DESC";

/** An event, ahead or past. */
export interface EventPage {
  __typename: "EventPage";
  /** How artificial intelligence was used for the text; null where nobody said. */
  aiUse: AiUse | null;
  /** The page whose text this page shows at a second address; null for all others. */
  aliasOf: Page | null;
  /** How people take part. */
  attendance: Attendance;
  /** The text of the page, block by block. */
  body: Array<Block>;
  /** The pages above this one, from the home page down. */
  breadcrumbs: Array<Page>;
  /** Address of the event's iCalendar file, stable over renames. */
  calendarUrl: string | null;
  /** Papers to download, in the editor's order. */
  documents: Array<Document>;
  /** When it ends, if that is known. */
  endsAt: DateTimeText | null;
  /** Last day of an event that lasts all day, in its own time zone; null for others, and where no end is known. */
  endsOn: DateText | null;
  /** Whether it takes place. */
  eventStatus: EventStatus;
  /** Opaque and stable: the same for all translations of a page, and for no other. */
  groupId: string;
  /** Opaque, global and stable id of this page and language. */
  id: string;
  /** Whether only its dates count. */
  isAllDay: boolean;
  /** The page's language. */
  locale: Locale;
  /** Who runs it, in the editor's order. */
  organisers: Array<Organisation>;
  /** Who took part. */
  participantsNote: string | null;
  /** Path of that address, language included. */
  path: string;
  /** The page's main picture. */
  picture: Picture | null;
  /** The project it belongs to. */
  project: ProjectPage | null;
  /** When the page was first published. */
  publishedAt: DateTimeText;
  /** What the head of a page should say. */
  seo: Seo;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** When it begins. */
  startsAt: DateTimeText;
  /** First day of an event that lasts all day, in its own time zone; else null. */
  startsOn: DateText | null;
  /** What it is, in short. */
  summary: string;
  /** IANA name of the zone in which its times were given. */
  timeZone: string;
  /** The page's title. */
  title: string;
  /** The public versions in all languages, this one among them; an alias is none. */
  translations: Array<Translation>;
  /** When the page was last published. */
  updatedAt: DateTimeText;
  /** Absolute public address on the frontend. */
  url: string;
  /** Where it takes place. */
  venue: Venue | null;
}

/** A list of events. */
export interface EventPageConnection {
  __typename: "EventPageConnection";
  /** The nodes with their cursors. */
  edges: Array<EventPageEdge>;
  /** The nodes. */
  nodes: Array<EventPage>;
  /** Where this page stands in the whole. */
  pageInfo: PageInfo;
  /** How many there are; counted only when asked for. */
  totalCount: number;
}

/** A node of EventPageConnection with its cursor. */
export interface EventPageEdge {
  __typename: "EventPageEdge";
  /** Opaque position of the node. */
  cursor: string;
  /** The node. */
  node: EventPage;
}

/** Whether an event takes place. */
export type EventStatus =
  | "CANCELLED"
  | "POSTPONED"
  | "SCHEDULED";

/** A pointer to an event. */
export interface EventTeaserBlock {
  __typename: "EventTeaserBlock";
  /** The event. */
  event: EventPage;
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
}

/** Where events are in time, seen from the present. */
export type EventWhen =
  | "PAST"
  | "UPCOMING";

/** By what results are counted. */
export type FacetName =
  | "COUNTRY"
  | "LOCALE"
  | "PROJECT"
  | "TOPIC"
  | "TYPE"
  | "YEAR";

/** A fact in a few words. */
export interface Fact {
  __typename: "Fact";
  /** What the fact is about. */
  label: string;
  /** Where the fact comes from. */
  source: string | null;
  /** The fact itself. */
  value: string;
}

/** Facts at a glance. */
export interface FactListBlock {
  __typename: "FactListBlock";
  /** The facts, in order. */
  facts: Array<Fact>;
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
}

/** A feed in one format, for `rel=alternate` in the head of a frontend page. */
export interface Feed {
  __typename: "Feed";
  /** What the feed is called. */
  title: string;
  /** Its media type. */
  type: string;
  /** Its address. */
  url: string;
}

/** The point of a picture that must stay in sight when it is cropped. */
export interface FocalPoint {
  __typename: "FocalPoint";
  /** Distance from the left, 0 to 1 of the width. */
  x: number;
  /** Distance from the top, 0 to 1 of the height. */
  y: number;
}

/** Several pictures that belong together. */
export interface GalleryBlock {
  __typename: "GalleryBlock";
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
  /** The pictures, in order. */
  pictures: Array<GalleryPicture>;
}

/** A picture of a gallery. */
export interface GalleryPicture {
  __typename: "GalleryPicture";
  /** Words shown under it. */
  caption: string | null;
  /** The picture. */
  picture: Picture;
}

/** A heading. */
export interface HeadingBlock {
  __typename: "HeadingBlock";
  /** Name by which a link can point at the heading. */
  anchor: string;
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
  /** Level of the heading, 2 to 4; the page's title is level 1. */
  level: number;
  /** The heading. */
  text: string;
}

/** A picture, given out in named sizes only. */
export interface Image {
  __typename: "Image";
  /** Who made it. */
  credit: string | null;
  /** The point that must stay in sight when the picture is cropped. */
  focalPoint: FocalPoint | null;
  /** Height of the original in pixels. */
  height: number;
  /** Opaque, global and stable id. */
  id: string;
  /** Under which terms it may be used. */
  licence: string | null;
  /** A very small copy of the whole picture as a data URI, to show until the file is there; null where the picture is transparent or not made yet. */
  placeholder: string | null;
  /** The file every browser shows; null while it is not made yet. */
  rendition: Rendition | null;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** The files of one size, best format first. */
  sources: Array<Rendition>;
  /** Width of the original in pixels. */
  width: number;
}

/** A picture. */
export interface ImageBlock {
  __typename: "ImageBlock";
  /** Words shown under it. */
  caption: string | null;
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
  /** The picture. */
  picture: Picture;
}

/** The file format of a rendition. */
export type ImageFormat =
  | "AVIF"
  | "JPEG"
  | "PNG"
  | "WEBP";

/** A named size of a picture. */
export type ImagePreset =
  | "AVATAR"
  | "CARD"
  | "CONTENT"
  | "HERO";

/** One figure about the cluster, as its source gives it. */
export interface KeyFigure {
  __typename: "KeyFigure";
  /** The day for which it holds, if the source says so. */
  asOf: DateText | null;
  /** What was counted or measured. */
  metric: string;
  /** Who states it. */
  source: string | null;
  /** Its unit. */
  unit: string | null;
  /** The figure as text. */
  value: string;
}

/** The level of a cluster label. */
export type LabelLevel =
  | "BRONZE"
  | "GOLD"
  | "SILVER";

/** A link on its own line. */
export interface LinkBlock {
  __typename: "LinkBlock";
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
  /** Where it goes; null when the target is not public. */
  target: LinkTarget | null;
  /** The words of the link. */
  text: string;
}

/** Where a link goes: a page of this site, or an address elsewhere. */
export interface LinkTarget {
  __typename: "LinkTarget";
  /** The page, when the target is one of this site. */
  page: Page | null;
  /** Path of that address on the same site; null for addresses elsewhere. */
  path: string | null;
  /** Title of the page; null for addresses elsewhere. */
  title: string | null;
  /** Where the link goes. */
  url: string;
}

/** A content language. */
export type Locale =
  | "BG"
  | "EN";

/** One menu of one site in one language. */
export interface Menu {
  __typename: "Menu";
  /** Opaque, global and stable id. */
  id: string;
  /** Its entries, in order. */
  items: Array<MenuItem>;
  /** Which menu of the site it is. */
  menu: MenuName;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
}

/** One entry of a menu. */
export interface MenuItem {
  __typename: "MenuItem";
  /** The entries below it. */
  children: Array<MenuItem>;
  /** What the entry says. */
  label: string;
  /** The page it leads to. */
  page: Page | null;
  /** Path of that address on the same site; null for an entry that leads elsewhere. */
  path: string | null;
  /** Where it leads, as an absolute address. */
  url: string;
}

/** Which menu of a site. */
export type MenuName =
  | "FOOTER"
  | "MAIN";

/** Something the profile lacks. */
export interface MissingField {
  __typename: "MissingField";
  /** Name of the field in this schema. */
  field: string;
  /** What to do about it. */
  hint: string;
  /** What editors call it. */
  label: string;
  /** How much filling it adds to the score. */
  points: number;
}

/** An exact amount of money. */
export interface Money {
  __typename: "Money";
  /** Exact decimal number as a string. */
  amount: DecimalText;
  /** ISO 4217 code, for instance EUR. */
  currency: string;
}

/** Narrows a list of news; what is given must all hold. */
export interface NewsFilter {
  /** Open calls that stand so now. */
  callStatus?: CallStatus | null;
  /** Items of this project. */
  projectId?: string | null;
  /** Items with a date in this range. */
  publishedOn?: DateRange | null;
  /** Items with one of these topic codes. */
  topics?: Array<string> | null;
  /** Items that are one of these. */
  types?: Array<NewsType> | null;
}

/** The section that holds all news of one cluster. */
export interface NewsIndexPage {
  __typename: "NewsIndexPage";
  /** How artificial intelligence was used for the text; null where nobody said. */
  aiUse: AiUse | null;
  /** The page whose text this page shows at a second address; null for all others. */
  aliasOf: Page | null;
  /** The pages above this one, from the home page down. */
  breadcrumbs: Array<Page>;
  /** Opaque and stable: the same for all translations of a page, and for no other. */
  groupId: string;
  /** Opaque, global and stable id of this page and language. */
  id: string;
  /** Text above the list. */
  introduction: string;
  /** The page's language. */
  locale: Locale;
  /** Path of that address, language included. */
  path: string;
  /** The page's main picture. */
  picture: Picture | null;
  /** When the page was first published. */
  publishedAt: DateTimeText;
  /** What the head of a page should say. */
  seo: Seo;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** What it is, in short: the introduction of a page that has one. It may be empty. */
  summary: string;
  /** The page's title. */
  title: string;
  /** The public versions in all languages, this one among them; an alias is none. */
  translations: Array<Translation>;
  /** When the page was last published. */
  updatedAt: DateTimeText;
  /** Absolute public address on the frontend. */
  url: string;
}

/** How news are ordered; ties are broken by id. */
export type NewsOrder =
  | "PUBLISHED_ASC"
  | "PUBLISHED_DESC"
  | "TITLE_ASC";

/** A news item, an achievement, a document or an open call. */
export interface NewsPage {
  __typename: "NewsPage";
  /** How artificial intelligence was used for the text; null where nobody said. */
  aiUse: AiUse | null;
  /** The page whose text this page shows at a second address; null for all others. */
  aliasOf: Page | null;
  /** Who wrote it. */
  author: Person | null;
  /** The text of the page, block by block. */
  body: Array<Block>;
  /** The pages above this one, from the home page down. */
  breadcrumbs: Array<Page>;
  /** Details of the open call. */
  call: OpenCall | null;
  /** When the text was put right. */
  correctedAt: DateTimeText | null;
  /** What was wrong and is right now. */
  correctionNote: string | null;
  /** Papers to download, in the editor's order. */
  documents: Array<Document>;
  /** Opaque and stable: the same for all translations of a page, and for no other. */
  groupId: string;
  /** Opaque, global and stable id of this page and language. */
  id: string;
  /** What it says, in short. */
  introduction: string;
  /** The page's language. */
  locale: Locale;
  /** Path of that address, language included. */
  path: string;
  /** The page's main picture. */
  picture: Picture | null;
  /** The project it is news of. */
  project: ProjectPage | null;
  /** When the page was first published. */
  publishedAt: DateTimeText;
  /** The date readers see. */
  publishedOn: DateText;
  /** Whether the date was taken from the event the item tells of. */
  publishedOnIsDerived: boolean;
  /** Other news of the same project or with a topic in common, newest first. */
  related: Array<Page>;
  /** What others may do with it. */
  rights: UsageRights;
  /** What the head of a page should say. */
  seo: Seo;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** What it is, in short: the introduction of a page that has one. It may be empty. */
  summary: string;
  /** The page's title. */
  title: string;
  /** What it is about. */
  topics: Array<Term>;
  /** The public versions in all languages, this one among them; an alias is none. */
  translations: Array<Translation>;
  /** What it is; one item may be several. */
  types: Array<NewsType>;
  /** When the page was last published. */
  updatedAt: DateTimeText;
  /** Absolute public address on the frontend. */
  url: string;
}

/** A list of news. */
export interface NewsPageConnection {
  __typename: "NewsPageConnection";
  /** The nodes with their cursors. */
  edges: Array<NewsPageEdge>;
  /** The nodes. */
  nodes: Array<NewsPage>;
  /** Where this page stands in the whole. */
  pageInfo: PageInfo;
  /** How many there are; counted only when asked for. */
  totalCount: number;
}

/** A node of NewsPageConnection with its cursor. */
export interface NewsPageEdge {
  __typename: "NewsPageEdge";
  /** Opaque position of the node. */
  cursor: string;
  /** The node. */
  node: NewsPage;
}

/** What a news item is; one item may be several. */
export type NewsType =
  | "ACHIEVEMENT"
  | "DOCUMENT"
  | "NEWS"
  | "OPEN_CALL";

/** Anything with an opaque, global and stable id. */
export type Node =
  | ClusterPage
  | Document
  | EventIndexPage
  | EventPage
  | Image
  | Menu
  | NewsIndexPage
  | NewsPage
  | Organisation
  | Person
  | Programme
  | ProjectIndexPage
  | ProjectPage
  | SiteSettings
  | StandardPage
  | Term;

/** The details of an open call. */
export interface OpenCall {
  __typename: "OpenCall";
  /** Where to apply. */
  applyUrl: string | null;
  /** Money for all grants together. */
  budget: Money | null;
  /** Until when it may be answered, if that is known. */
  closesAt: DateTimeText | null;
  /** Kinds of organisations that may apply. */
  eligibleApplicants: Array<Term>;
  /** The most that one applicant may get. */
  maximumGrant: Money | null;
  /** From when it may be answered. */
  opensAt: DateTimeText | null;
  /** Where the call stands now. */
  status: CallStatus;
  /** IANA name of the zone in which its times were given. */
  timeZone: string;
}

/** A company, university, public authority or other body. */
export interface Organisation {
  __typename: "Organisation";
  /** Where it is at home. */
  country: Country | null;
  /** Opaque, global and stable id of this thing in this language. */
  id: string;
  /** What it is. */
  kind: OrganisationKind;
  /** The name in the organisation's own language. */
  localName: string | null;
  /** The language of its texts here: that of the page that refers to it. */
  locale: Locale;
  /** The organisation's name. */
  name: string;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** Its own site. */
  website: string | null;
}

/** What an organisation is. */
export type OrganisationKind =
  | "BUSINESS_SUPPORT"
  | "CLUSTER"
  | "LARGE_COMPANY"
  | "NGO"
  | "OTHER"
  | "PUBLIC_AUTHORITY"
  | "RESEARCH"
  | "SME"
  | "UNIVERSITY";

/** What every page has, whatever its type. */
export type Page =
  | ClusterPage
  | EventIndexPage
  | EventPage
  | NewsIndexPage
  | NewsPage
  | ProjectIndexPage
  | ProjectPage
  | StandardPage;

/** A list of pages of any type. */
export interface PageConnection {
  __typename: "PageConnection";
  /** The nodes with their cursors. */
  edges: Array<PageEdge>;
  /** The nodes. */
  nodes: Array<Page>;
  /** Where this page stands in the whole. */
  pageInfo: PageInfo;
  /** How many there are; counted only when asked for. */
  totalCount: number;
}

/** A node of PageConnection with its cursor. */
export interface PageEdge {
  __typename: "PageEdge";
  /** Opaque position of the node. */
  cursor: string;
  /** The node. */
  node: Page;
}

/** Where this page of a list stands in the whole. */
export interface PageInfo {
  __typename: "PageInfo";
  /** Cursor of the last node, null without nodes; pass it as `after`. */
  endCursor: string | null;
  /** Whether more follow. */
  hasNextPage: boolean;
  /** Whether some came before. */
  hasPreviousPage: boolean;
  /** Cursor of the first node, null without nodes; pass it as `before`. */
  startCursor: string | null;
}

/** What an organisation does in a project. */
export type PartnerRole =
  | "ASSOCIATED"
  | "COORDINATOR"
  | "PARTNER";

/** A person who agreed to be named here. */
export interface Person {
  __typename: "Person";
  /** A few words about the person. */
  biography: string | null;
  /** E-mail address, when the person agreed to show it. */
  email: string | null;
  /** Opaque, global and stable id of this thing in this language. */
  id: string;
  /** The name in the person's own script. */
  localName: string | null;
  /** The language of its texts here: that of the page that refers to it. */
  locale: Locale;
  /** The person's name. */
  name: string;
  /** Where the person works. */
  organisation: Organisation | null;
  /** Telephone number, when the person agreed to show it. */
  phone: string | null;
  /** Portrait, when the person agreed to show it. */
  picture: Picture | null;
  /** What the person does. */
  role: string | null;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
}

/** One use of an image: its text in this place and language, and the image itself. */
export interface Picture {
  __typename: "Picture";
  /** Alternative text of this use; empty only when decorative. */
  alt: string;
  /** The image itself. */
  image: Image;
  /** Whether the picture says nothing a reader would miss. */
  isDecorative: boolean;
}

/** A programme that funds projects. */
export interface Programme {
  __typename: "Programme";
  /** The programme's full name. */
  fullName: string | null;
  /** Who pays. */
  funder: string | null;
  /** Opaque, global and stable id of this thing in this language. */
  id: string;
  /** The language of its texts here: that of the page that refers to it. */
  locale: Locale;
  /** The short name people use. */
  name: string;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** The programme's own site. */
  website: string | null;
}

/** Narrows a list of projects; what is given must all hold. */
export interface ProjectFilter {
  /** Projects with a partner from one of these countries, as ISO codes. */
  countries?: Array<string> | null;
  /** Projects in which this organisation takes part. */
  partnerId?: string | null;
  /** Projects funded by this programme. */
  programmeId?: string | null;
  /** Projects that start in this range. */
  startsOn?: DateRange | null;
  /** Projects that stand so today. */
  statuses?: Array<ProjectStatus> | null;
}

/** The section that holds all projects of one cluster. */
export interface ProjectIndexPage {
  __typename: "ProjectIndexPage";
  /** How artificial intelligence was used for the text; null where nobody said. */
  aiUse: AiUse | null;
  /** The page whose text this page shows at a second address; null for all others. */
  aliasOf: Page | null;
  /** The pages above this one, from the home page down. */
  breadcrumbs: Array<Page>;
  /** Opaque and stable: the same for all translations of a page, and for no other. */
  groupId: string;
  /** Opaque, global and stable id of this page and language. */
  id: string;
  /** Text above the list. */
  introduction: string;
  /** The page's language. */
  locale: Locale;
  /** Path of that address, language included. */
  path: string;
  /** The page's main picture. */
  picture: Picture | null;
  /** When the page was first published. */
  publishedAt: DateTimeText;
  /** What the head of a page should say. */
  seo: Seo;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** What it is, in short: the introduction of a page that has one. It may be empty. */
  summary: string;
  /** The page's title. */
  title: string;
  /** The public versions in all languages, this one among them; an alias is none. */
  translations: Array<Translation>;
  /** When the page was last published. */
  updatedAt: DateTimeText;
  /** Absolute public address on the frontend. */
  url: string;
}

/** How projects are ordered; ties by id. */
export type ProjectOrder =
  | "STARTED_ASC"
  | "STARTED_DESC"
  | "TITLE_ASC";

/** One project: what it wants, who takes part, and what came of it. */
export interface ProjectPage {
  __typename: "ProjectPage";
  /** Short name. */
  acronym: string | null;
  /** How artificial intelligence was used for the text; null where nobody said. */
  aiUse: AiUse | null;
  /** The page whose text this page shows at a second address; null for all others. */
  aliasOf: Page | null;
  /** How it goes about it. */
  approaches: Array<string>;
  /** The text of the page, block by block. */
  body: Array<Block>;
  /** The pages above this one, from the home page down. */
  breadcrumbs: Array<Page>;
  /** Number of the grant contract. */
  contractNumber: string | null;
  /** Who leads it; also among the partners. */
  coordinator: Organisation | null;
  /** Papers to download, in the editor's order. */
  documents: Array<Document>;
  /** Months as stated, or those between the two days where they are a whole number. */
  durationMonths: number | null;
  /** Last day; the project still runs on it. */
  endsOn: DateText | null;
  /** Whether the last day was worked out from the first day and the duration. */
  endsOnIsComputed: boolean;
  /** Official title; the page's title where no other was given. */
  fullTitle: string;
  /** Opaque and stable: the same for all translations of a page, and for no other. */
  groupId: string;
  /** Opaque, global and stable id of this page and language. */
  id: string;
  /** The page's language. */
  locale: Locale;
  /** News of this project in the project's language, newest first. */
  news: NewsPageConnection | null;
  /** What it wants to reach. */
  objectives: Array<string>;
  /** Who takes part, coordinator included. */
  partners: Array<ProjectPartner>;
  /** Path of that address, language included. */
  path: string;
  /** The page's main picture. */
  picture: Picture | null;
  /** The programmes that fund it. */
  programmes: Array<Programme>;
  /** Where the project stands today. */
  projectStatus: ProjectStatus;
  /** When the page was first published. */
  publishedAt: DateTimeText;
  /** What it delivers. */
  results: Array<ProjectResult>;
  /** What the head of a page should say. */
  seo: Seo;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** First day. */
  startsOn: DateText | null;
  /** What it is, in short. */
  summary: string;
  /** Who it is for. */
  targetGroup: TargetGroup | null;
  /** The page's title. */
  title: string;
  /** The public versions in all languages, this one among them; an alias is none. */
  translations: Array<Translation>;
  /** When the page was last published. */
  updatedAt: DateTimeText;
  /** Absolute public address on the frontend. */
  url: string;
}

/** A list of projects. */
export interface ProjectPageConnection {
  __typename: "ProjectPageConnection";
  /** The nodes with their cursors. */
  edges: Array<ProjectPageEdge>;
  /** The nodes. */
  nodes: Array<ProjectPage>;
  /** Where this page stands in the whole. */
  pageInfo: PageInfo;
  /** How many there are; counted only when asked for. */
  totalCount: number;
}

/** A node of ProjectPageConnection with its cursor. */
export interface ProjectPageEdge {
  __typename: "ProjectPageEdge";
  /** Opaque position of the node. */
  cursor: string;
  /** The node. */
  node: ProjectPage;
}

/** An organisation and what it does in a project. */
export interface ProjectPartner {
  __typename: "ProjectPartner";
  /** The organisation. */
  organisation: Organisation;
  /** What it does in the project. */
  role: PartnerRole;
}

/** One thing a project delivers. */
export interface ProjectResult {
  __typename: "ProjectResult";
  /** How many, where somebody counted. */
  quantity: number | null;
  /** What is delivered. */
  text: string;
}

/** Where a project stands today, worked out from its dates. */
export type ProjectStatus =
  | "COMPLETED"
  | "PLANNED"
  | "RUNNING"
  | "UNKNOWN";

/** A pointer to a project. */
export interface ProjectTeaserBlock {
  __typename: "ProjectTeaserBlock";
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
  /** The project. */
  project: ProjectPage;
}

/** A quotation. */
export interface QuoteBlock {
  __typename: "QuoteBlock";
  /** Who said it, or the work it comes from. */
  attribution: string | null;
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
  /** What was said or written. */
  quotation: string;
}

/** An address of a site that leads to another address. */
export interface Redirect {
  __typename: "Redirect";
  /** Path of the address, without a slash at its end. */
  fromPath: string;
  /** Whether it is for good: 301, else 302. */
  isPermanent: boolean;
  /** Path of that address on the same site; null when it leads elsewhere. */
  toPath: string | null;
  /** Where it leads, as an absolute address. */
  toUrl: string;
}

/** A list of redirects. */
export interface RedirectConnection {
  __typename: "RedirectConnection";
  /** The nodes with their cursors. */
  edges: Array<RedirectEdge>;
  /** The nodes. */
  nodes: Array<Redirect>;
  /** Where this page stands in the whole. */
  pageInfo: PageInfo;
  /** How many there are; counted only when asked for. */
  totalCount: number;
}

/** A node of RedirectConnection with its cursor. */
export interface RedirectEdge {
  __typename: "RedirectEdge";
  /** Opaque position of the node. */
  cursor: string;
  /** The node. */
  node: Redirect;
}

/** A region of the EU's NUTS classification. */
export interface Region {
  __typename: "Region";
  /** NUTS code, for instance BG41. */
  code: string | null;
  /** The region's name as its source gives it. */
  label: string;
}

/** One file of a picture, in one of the named sizes. */
export interface Rendition {
  __typename: "Rendition";
  /** Format of the file. */
  format: ImageFormat;
  /** Height in pixels. */
  height: number;
  /** Address of the file. */
  url: string;
  /** Width in pixels. */
  width: number;
}

/** What took the place of a withdrawn thing. */
export interface Replacement {
  __typename: "Replacement";
  /** Path of that address. */
  path: string | null;
  /** Id of the other thing, the same in all languages. */
  sourceId: string;
  /** Its address. */
  url: string | null;
}

/** Formatted text. Links to pages are frontend addresses; a link to something that is not public is plain text. */
export interface RichText {
  __typename: "RichText";
  /** Sanitised HTML. */
  html: string;
  /** The same text as Markdown. */
  markdown: string;
  /** The same text without any markup. */
  plainText: string;
}

/** What is at an address of the site. */
export interface Route {
  __typename: "Route";
  /** The HTTP status for the frontend's answer: 200, 301 or 302, 410, 404. */
  httpStatus: number;
  /** Whether the move is for good; false when nothing moved. */
  isPermanent: boolean;
  /** The page, when the status is OK. */
  page: Page | null;
  /** Path of that address on the same site; null when it leads elsewhere. */
  redirectPath: string | null;
  /** Where to go instead, as an absolute address. */
  redirectTo: string | null;
  /** What was found. */
  status: RouteStatus;
}

/** What is at an address. */
export type RouteStatus =
  | "GONE"
  | "NOT_FOUND"
  | "OK"
  | "REDIRECT";

/** One value by which results are counted. */
export interface SearchBucket {
  __typename: "SearchBucket";
  /** How many results have it. */
  count: number;
  /** The value in words. */
  label: string;
  /** The value, as filters take it. */
  value: string;
}

/** Pages that were found, newest first, with counts. */
export interface SearchConnection {
  __typename: "SearchConnection";
  /** The results with their cursors. */
  edges: Array<SearchEdge>;
  /** Counts over all results, not only those of this page. */
  facets: Array<SearchFacet>;
  /** The results. */
  nodes: Array<SearchResult>;
  /** Where this page stands in the whole. */
  pageInfo: PageInfo;
  /** How many there are; counted only when asked for. */
  totalCount: number;
}

/** A result with its cursor. */
export interface SearchEdge {
  __typename: "SearchEdge";
  /** Opaque position of the result. */
  cursor: string;
  /** The result. */
  node: SearchResult;
}

/** How many results there are by the values of one field. */
export interface SearchFacet {
  __typename: "SearchFacet";
  /** Its values, most results first. */
  buckets: Array<SearchBucket>;
  /** The field. */
  name: FacetName;
}

/** Narrows a search; what is given must all hold. */
export interface SearchFilter {
  /** Pages with a partner from one of these countries, as ISO codes. */
  countries?: Array<string> | null;
  /** What belongs to this project. */
  projectId?: string | null;
  /** Pages with a date in this range. */
  publishedOn?: DateRange | null;
  /** Topic codes. */
  topics?: Array<string> | null;
  /** Type names of pages. */
  types?: Array<string> | null;
}

/** A page that was found. */
export interface SearchResult {
  __typename: "SearchResult";
  /** Words around the first match as HTML, matches in <mark>. */
  highlight: string;
  /** The page. */
  page: Page;
}

/** What the head of a frontend page should say. */
export interface Seo {
  __typename: "Seo";
  /** Where the text is at home. */
  canonicalUrl: string;
  /** Description, empty when there is none. */
  description: string;
  /** One schema.org JSON-LD document. */
  jsonLd: string;
  /** Title for search engines. */
  title: string;
}

/** What belongs to a whole site. */
export interface SiteSettings {
  __typename: "SiteSettings";
  /** Postal address, one line below the other. */
  address: string | null;
  /** Address of the frontend, which every `path` follows; no slash at its end. */
  baseUrl: string;
  /** Address for visitors. */
  contactEmail: string | null;
  /** The language whose paths have no prefix. */
  defaultLocale: Locale;
  /** The site's feeds in this language, in every format. */
  feeds: Array<Feed>;
  /** Opaque, global and stable id of this thing in this language. */
  id: string;
  /** The name that the argument `site` takes. */
  key: string;
  /** The language in which the texts are answered. */
  locale: Locale;
  /** The languages in which its home page is public, the default language first. */
  locales: Array<Locale>;
  /** The logo of the site. */
  logo: Picture | null;
  /** What social networks show beside a link to a page without a picture of its own. */
  openGraphImage: Picture | null;
  /** What the site is called. */
  siteName: string | null;
  /** Its pages in social networks. */
  socialLinks: Array<SocialLink>;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** IANA name of the zone in which the site's dates begin and end. */
  timeZone: string;
}

/** One page of the cluster in a social network. */
export interface SocialLink {
  __typename: "SocialLink";
  /** Which network. */
  network: SocialNetwork;
  /** Address of the page. */
  url: string;
}

/** A social network. */
export type SocialNetwork =
  | "FACEBOOK"
  | "GITHUB"
  | "INSTAGRAM"
  | "LINKEDIN"
  | "MASTODON"
  | "OTHER"
  | "X"
  | "YOUTUBE";

/** A page of free text. */
export interface StandardPage {
  __typename: "StandardPage";
  /** How artificial intelligence was used for the text; null where nobody said. */
  aiUse: AiUse | null;
  /** The page whose text this page shows at a second address; null for all others. */
  aliasOf: Page | null;
  /** The text of the page, block by block. */
  body: Array<Block>;
  /** The pages above this one, from the home page down. */
  breadcrumbs: Array<Page>;
  /** Opaque and stable: the same for all translations of a page, and for no other. */
  groupId: string;
  /** Opaque, global and stable id of this page and language. */
  id: string;
  /** Text above the body. */
  introduction: string;
  /** The page's language. */
  locale: Locale;
  /** Path of that address, language included. */
  path: string;
  /** The page's main picture. */
  picture: Picture | null;
  /** When the page was first published. */
  publishedAt: DateTimeText;
  /** What the head of a page should say. */
  seo: Seo;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** What it is, in short: the introduction of a page that has one. It may be empty. */
  summary: string;
  /** The page's title. */
  title: string;
  /** The public versions in all languages, this one among them; an alias is none. */
  translations: Array<Translation>;
  /** When the page was last published. */
  updatedAt: DateTimeText;
  /** Absolute public address on the frontend. */
  url: string;
}

/** What is known of a cluster's strategy. */
export interface Strategy {
  __typename: "Strategy";
  /** The strategy itself. */
  document: Document | null;
  /** Whether it aims at work across borders. */
  hasInternationalisationFocus: boolean;
  /** Whether it is written down. */
  isFormalised: boolean;
}

/** A service that the cluster offers its members. */
export interface SupportService {
  __typename: "SupportService";
  /** Which one, if it is OTHER. */
  otherText: string | null;
  /** Which service. */
  term: Term;
}

/** A table of plain text. */
export interface TableBlock {
  __typename: "TableBlock";
  /** What the table shows. */
  caption: string | null;
  /** Names of the columns; empty when the table has none. */
  header: Array<string>;
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
  /** The rows below the header, each with the same number of cells. */
  rows: Array<Array<string>>;
}

/** The people a project is for. */
export interface TargetGroup {
  __typename: "TargetGroup";
  /** Who they are. */
  description: string;
  /** Oldest age in years, if there is a limit. */
  maximumAge: number | null;
  /** Youngest age in years, if there is a limit. */
  minimumAge: number | null;
}

/** A term of a vocabulary, for instance an industry or a news topic. */
export interface Term {
  __typename: "Term";
  /** The term that includes this one. */
  broader: Term | null;
  /** Lasting name of the term within its scheme. */
  code: string;
  /** Opaque, global and stable id of this thing in this language. */
  id: string;
  /** What the term is called. */
  label: string;
  /** The language of its texts here: that of the page that refers to it. */
  locale: Locale;
  /** The vocabulary it belongs to. */
  scheme: TermScheme;
  /** The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For pages, menus, pictures and documents it equals `id`. Arguments accept either. */
  sourceId: string;
  /** Edition of the vocabulary, when its owner numbers them. */
  version: string | null;
}

/** The vocabulary a term belongs to. */
export type TermScheme =
  | "CROSS_SECTORAL_INDUSTRY"
  | "ELIGIBLE_KIND"
  | "INTERNATIONAL_SUPPORT_ACTIVITY"
  | "NEWS_TOPIC"
  | "S3_PRIORITY"
  | "SECTORAL_INDUSTRY"
  | "SUPPORT_SERVICE"
  | "TECHNOLOGY_FIELD"
  | "TRANSNATIONAL_SUPPORT_ACTIVITY";

/** Formatted text. */
export interface TextBlock {
  __typename: "TextBlock";
  /** The text. */
  content: RichText;
  /** Opaque and stable id of this block in the body of this page and language. */
  id: string;
}

/** A version of a page in one language. */
export interface Translation {
  __typename: "Translation";
  /** The language. */
  locale: Locale;
  /** Path of that address, language included. */
  path: string;
  /** Its title. */
  title: string;
  /** Its address. */
  url: string;
}

/** What others may do with an item. */
export interface UsageRights {
  __typename: "UsageRights";
  /** Whom to name as source. */
  attributionText: string | null;
  /** Where to link that name. */
  attributionUrl: string | null;
  /** Where the item first appeared, if that is not on this site. */
  canonicalUrl: string | null;
  /** Whether other sites may take the item over. */
  isSyndicationAllowed: boolean;
  /** Licence of the text, for instance CC BY 4.0. */
  licence: string | null;
}

/** The place of an event. */
export interface Venue {
  __typename: "Venue";
  /** Street and number. */
  address: string | null;
  /** Town or city. */
  city: string | null;
  /** Country. */
  country: Country | null;
  /** What the place is called. */
  name: string | null;
}

/** Why a copy has to be removed. */
export type WithdrawalReason =
  | "CONSENT"
  | "DELETED"
  | "EMBARGOED"
  | "EXPIRED"
  | "LEFT_FILTER"
  | "MOVED"
  | "NOT_SYNDICATED"
  | "RESTRICTED"
  | "SITE_HIDDEN"
  | "UNPUBLISHED"
  | "UNREFERENCED";

/** What operations/portal/Changes.graphql is sent with. */
export type ChangesVariables = {
  after?: string | null;
  first?: number | null;
  filter?: ChangeFilter | null;
};

/** What operations/portal/Changes.graphql is answered with. */
export type ChangesAnswer = {
  changes: {
    cursor: string;
    hasMore: boolean;
    nodes: Array<{
      sourceId: string;
      version: number;
      type: string;
      kind: ChangeKind;
      reason: WithdrawalReason | null;
      changedAt: DateTimeText;
      url: string | null;
      locale: Locale | null;
      replacement: {
        sourceId: string;
        url: string | null;
      } | null;
      item: {
        __typename: "ClusterPage" | "Document" | "EventIndexPage" | "Image" | "Menu" | "NewsIndexPage" | "Organisation" | "Person" | "Programme" | "ProjectIndexPage" | "SiteSettings" | "StandardPage" | "Term";
      } | {
        __typename: "EventPage";
        title: string;
        startsAt: DateTimeText;
        endsAt: DateTimeText | null;
        eventStatus: EventStatus;
      } | {
        __typename: "NewsPage";
        title: string;
        introduction: string;
        publishedAt: DateTimeText;
        updatedAt: DateTimeText;
        types: Array<NewsType>;
        rights: {
          licence: string | null;
          attributionText: string | null;
          canonicalUrl: string | null;
        };
      } | {
        __typename: "ProjectPage";
        title: string;
        acronym: string | null;
        startsOn: DateText | null;
      } | null;
    }>;
  } | null;
};

/** What operations/site/ClusterProfile.graphql is sent with. */
export type ClusterProfileVariables = {
  locale?: Locale | null;
};

/** What operations/site/ClusterProfile.graphql is answered with. */
export type ClusterProfileAnswer = {
  cluster: {
    id: string;
    name: string;
    localName: string | null;
    url: string;
    locale: Locale;
    translations: Array<{
      locale: Locale;
      url: string;
    }>;
    country: {
      code: string;
      label: string;
    } | null;
    region: {
      code: string | null;
      label: string;
    } | null;
    contact: {
      name: string;
      email: string | null;
      phone: string | null;
      role: string | null;
    } | null;
    about: {
      html: string;
      plainText: string;
    } | null;
    mission: string | null;
    goals: Array<string>;
    activityAreas: Array<string>;
    strategy: {
      isFormalised: boolean;
      hasInternationalisationFocus: boolean;
    };
    composition: {
      asOf: DateText | null;
      source: string | null;
      members: number | null;
      smes: number | null;
      largeCompanies: number | null;
      researchOrganisations: number | null;
      otherActors: number | null;
      startUps: number | null;
    } | null;
    compositionHistory: Array<{
      asOf: DateText | null;
      source: string | null;
      members: number | null;
      smes: number | null;
      largeCompanies: number | null;
      researchOrganisations: number | null;
      otherActors: number | null;
      startUps: number | null;
    }>;
    keyFigures: Array<{
      metric: string;
      value: string;
      unit: string | null;
      asOf: DateText | null;
      source: string | null;
    }>;
    managementTeam: Array<{
      name: string;
      role: string | null;
      biography: string | null;
      picture: {
        alt: string;
        image: {
          rendition: {
            url: string;
            width: number;
            height: number;
          } | null;
        };
      } | null;
    }>;
    sectors: Array<{
      code: string;
      label: string;
      scheme: TermScheme;
    }>;
    technologyFields: Array<{
      code: string;
      label: string;
      scheme: TermScheme;
    }>;
    s3Priorities: Array<{
      code: string;
      label: string;
      scheme: TermScheme;
    }>;
    crossSectoralIndustries: Array<{
      code: string;
      label: string;
      scheme: TermScheme;
    }>;
    supportServices: Array<{
      term: {
        code: string;
        label: string;
        scheme: TermScheme;
      };
      otherText: string | null;
    }>;
    programmes: Array<{
      name: string;
    }>;
    cooperation: Array<{
      kind: CooperationKind;
      targetedCountries: Array<{
        code: string;
        label: string;
      }>;
      supportActivities: Array<{
        code: string;
        label: string;
        scheme: TermScheme;
      }>;
    }>;
    completeness: {
      score: number;
      missing: Array<{
        field: string;
        label: string;
        hint: string;
      }>;
    };
    seo: {
      title: string;
      description: string;
      canonicalUrl: string;
      jsonLd: string;
    };
  } | null;
};

/** What operations/site/Events.graphql is sent with. */
export type EventsVariables = {
  filter?: EventFilter | null;
  orderBy?: EventOrder | null;
  first?: number | null;
  after?: string | null;
  locale?: Locale | null;
};

/** What operations/site/Events.graphql is answered with. */
export type EventsAnswer = {
  events: {
    totalCount: number;
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
    nodes: Array<{
      id: string;
      title: string;
      summary: string;
      url: string;
      startsAt: DateTimeText;
      endsAt: DateTimeText | null;
      isAllDay: boolean;
      startsOn: DateText | null;
      endsOn: DateText | null;
      timeZone: string;
      eventStatus: EventStatus;
      attendance: Attendance;
      venue: {
        name: string | null;
        address: string | null;
        city: string | null;
        country: {
          code: string;
          label: string;
        } | null;
      } | null;
      organisers: Array<{
        name: string;
      }>;
      project: {
        title: string;
        acronym: string | null;
        url: string;
      } | null;
      calendarUrl: string | null;
    }>;
  } | null;
};

/** What operations/site/NewsItem.graphql is sent with. */
export type NewsItemVariables = {
  path: string;
};

/** What operations/site/NewsItem.graphql is answered with. */
export type NewsItemAnswer = {
  route: {
    status: RouteStatus;
    redirectTo: string | null;
    page: {
      __typename: "ClusterPage" | "EventIndexPage" | "EventPage" | "NewsIndexPage" | "ProjectIndexPage" | "ProjectPage" | "StandardPage";
      id: string;
      title: string;
      url: string;
      locale: Locale;
      translations: Array<{
        locale: Locale;
        url: string;
        path: string;
      }>;
      seo: {
        title: string;
        description: string;
        canonicalUrl: string;
        jsonLd: string;
      };
    } | {
      __typename: "NewsPage";
      id: string;
      title: string;
      url: string;
      locale: Locale;
      translations: Array<{
        locale: Locale;
        url: string;
        path: string;
      }>;
      introduction: string;
      types: Array<NewsType>;
      publishedOn: DateText;
      publishedAt: DateTimeText;
      updatedAt: DateTimeText;
      correctedAt: DateTimeText | null;
      correctionNote: string | null;
      author: {
        name: string;
      } | null;
      topics: Array<{
        code: string;
        label: string;
      }>;
      project: {
        title: string;
        acronym: string | null;
        url: string;
      } | null;
      call: {
        opensAt: DateTimeText | null;
        closesAt: DateTimeText | null;
        status: CallStatus;
        budget: {
          amount: DecimalText;
          currency: string;
        } | null;
        maximumGrant: {
          amount: DecimalText;
          currency: string;
        } | null;
        eligibleApplicants: Array<{
          code: string;
          label: string;
        }>;
        applyUrl: string | null;
      } | null;
      picture: {
        alt: string;
        isDecorative: boolean;
        image: {
          credit: string | null;
          rendition: {
            url: string;
            width: number;
            height: number;
          } | null;
          sources: Array<{
            format: ImageFormat;
            url: string;
            width: number;
            height: number;
          }>;
        };
      } | null;
      body: Array<{
        __typename: "CallToActionBlock" | "EventTeaserBlock" | "FactListBlock" | "GalleryBlock" | "ProjectTeaserBlock";
        id: string;
      } | {
        __typename: "DocumentBlock";
        id: string;
        document: {
          title: string;
          url: string;
          fileExtension: string;
          sizeBytes: number;
        };
      } | {
        __typename: "EmbedBlock";
        id: string;
        address: string;
        title: string;
        providerName: string;
      } | {
        __typename: "HeadingBlock";
        id: string;
        text: string;
        level: number;
        anchor: string;
      } | {
        __typename: "ImageBlock";
        id: string;
        caption: string | null;
        picture: {
          alt: string;
          isDecorative: boolean;
          image: {
            credit: string | null;
            rendition: {
              url: string;
              width: number;
              height: number;
            } | null;
          };
        };
      } | {
        __typename: "LinkBlock";
        id: string;
        text: string;
        target: {
          url: string;
          title: string | null;
        } | null;
      } | {
        __typename: "QuoteBlock";
        id: string;
        quotation: string;
        attribution: string | null;
      } | {
        __typename: "TableBlock";
        id: string;
        caption: string | null;
        header: Array<string>;
        rows: Array<Array<string>>;
      } | {
        __typename: "TextBlock";
        id: string;
        content: {
          html: string;
          plainText: string;
        };
      }>;
      documents: Array<{
        title: string;
        url: string;
        fileExtension: string;
        sizeBytes: number;
      }>;
      related: Array<{
        title: string;
        url: string;
      }>;
      rights: {
        licence: string | null;
        attributionText: string | null;
        attributionUrl: string | null;
        canonicalUrl: string | null;
      };
      seo: {
        title: string;
        description: string;
        canonicalUrl: string;
        jsonLd: string;
      };
    } | null;
  } | null;
};

/** What operations/site/NewsList.graphql is sent with. */
export type NewsListVariables = {
  first?: number | null;
  after?: string | null;
  filter?: NewsFilter | null;
  orderBy?: NewsOrder | null;
  locale?: Locale | null;
};

/** What operations/site/NewsList.graphql is answered with. */
export type NewsListAnswer = {
  news: {
    totalCount: number;
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
    nodes: Array<{
      id: string;
      title: string;
      introduction: string;
      url: string;
      types: Array<NewsType>;
      publishedOn: DateText;
      topics: Array<{
        code: string;
        label: string;
      }>;
      author: {
        name: string;
      } | null;
      project: {
        title: string;
        acronym: string | null;
        url: string;
      } | null;
      call: {
        opensAt: DateTimeText | null;
        closesAt: DateTimeText | null;
        status: CallStatus;
      } | null;
      picture: {
        alt: string;
        isDecorative: boolean;
        image: {
          rendition: {
            url: string;
            width: number;
            height: number;
          } | null;
        };
      } | null;
    }>;
  } | null;
};

/** What operations/site/OpenCalls.graphql is sent with. */
export type OpenCallsVariables = {
  status?: CallStatus | null;
  first?: number | null;
  after?: string | null;
  locale?: Locale | null;
};

/** What operations/site/OpenCalls.graphql is answered with. */
export type OpenCallsAnswer = {
  openCalls: {
    totalCount: number;
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
    nodes: Array<{
      id: string;
      title: string;
      introduction: string;
      url: string;
      publishedOn: DateText;
      call: {
        opensAt: DateTimeText | null;
        closesAt: DateTimeText | null;
        status: CallStatus;
        eligibleApplicants: Array<{
          code: string;
          label: string;
        }>;
        applyUrl: string | null;
      } | null;
    }>;
  } | null;
};

/** What operations/site/Project.graphql is sent with. */
export type ProjectVariables = {
  path: string;
};

/** What operations/site/Project.graphql is answered with. */
export type ProjectAnswer = {
  route: {
    status: RouteStatus;
    page: {
      __typename: "ClusterPage" | "EventIndexPage" | "EventPage" | "NewsIndexPage" | "NewsPage" | "ProjectIndexPage" | "StandardPage";
      id: string;
      title: string;
      url: string;
      breadcrumbs: Array<{
        title: string;
        url: string;
      }>;
      seo: {
        title: string;
        description: string;
        canonicalUrl: string;
        jsonLd: string;
      };
    } | {
      __typename: "ProjectPage";
      id: string;
      title: string;
      url: string;
      breadcrumbs: Array<{
        title: string;
        url: string;
      }>;
      acronym: string | null;
      fullTitle: string;
      contractNumber: string | null;
      startsOn: DateText | null;
      endsOn: DateText | null;
      endsOnIsComputed: boolean;
      durationMonths: number | null;
      projectStatus: ProjectStatus;
      programmes: Array<{
        name: string;
        fullName: string | null;
        funder: string | null;
      }>;
      coordinator: {
        name: string;
        country: {
          code: string;
          label: string;
        } | null;
      } | null;
      partners: Array<{
        role: PartnerRole;
        organisation: {
          id: string;
          name: string;
          kind: OrganisationKind;
          country: {
            code: string;
            label: string;
          } | null;
          website: string | null;
        };
      }>;
      objectives: Array<string>;
      approaches: Array<string>;
      results: Array<{
        quantity: number | null;
        text: string;
      }>;
      targetGroup: {
        description: string;
        minimumAge: number | null;
        maximumAge: number | null;
      } | null;
      body: Array<{
        __typename: "CallToActionBlock" | "EventTeaserBlock" | "FactListBlock" | "GalleryBlock" | "ProjectTeaserBlock";
        id: string;
      } | {
        __typename: "DocumentBlock";
        id: string;
        document: {
          title: string;
          url: string;
          fileExtension: string;
          sizeBytes: number;
        };
      } | {
        __typename: "EmbedBlock";
        id: string;
        address: string;
        title: string;
        providerName: string;
      } | {
        __typename: "HeadingBlock";
        id: string;
        text: string;
        level: number;
        anchor: string;
      } | {
        __typename: "ImageBlock";
        id: string;
        caption: string | null;
        picture: {
          alt: string;
          isDecorative: boolean;
          image: {
            credit: string | null;
            rendition: {
              url: string;
              width: number;
              height: number;
            } | null;
            sources: Array<{
              format: ImageFormat;
              url: string;
              width: number;
              height: number;
            }>;
          };
        };
      } | {
        __typename: "LinkBlock";
        id: string;
        text: string;
        target: {
          url: string;
          title: string | null;
        } | null;
      } | {
        __typename: "QuoteBlock";
        id: string;
        quotation: string;
        attribution: string | null;
      } | {
        __typename: "TableBlock";
        id: string;
        caption: string | null;
        header: Array<string>;
        rows: Array<Array<string>>;
      } | {
        __typename: "TextBlock";
        id: string;
        content: {
          html: string;
          plainText: string;
        };
      }>;
      documents: Array<{
        title: string;
        url: string;
        fileExtension: string;
        sizeBytes: number;
      }>;
      news: {
        totalCount: number;
        nodes: Array<{
          title: string;
          url: string;
          publishedOn: DateText;
        }>;
      } | null;
      seo: {
        title: string;
        description: string;
        canonicalUrl: string;
        jsonLd: string;
      };
    } | null;
  } | null;
};

/** What operations/site/Projects.graphql is sent with. */
export type ProjectsVariables = {
  first?: number | null;
  after?: string | null;
  filter?: ProjectFilter | null;
  orderBy?: ProjectOrder | null;
  locale?: Locale | null;
};

/** What operations/site/Projects.graphql is answered with. */
export type ProjectsAnswer = {
  projects: {
    totalCount: number;
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
    nodes: Array<{
      id: string;
      title: string;
      acronym: string | null;
      summary: string;
      url: string;
      startsOn: DateText | null;
      endsOn: DateText | null;
      endsOnIsComputed: boolean;
      projectStatus: ProjectStatus;
      programmes: Array<{
        name: string;
      }>;
      coordinator: {
        name: string;
        country: {
          code: string;
          label: string;
        } | null;
      } | null;
      partners: Array<{
        role: PartnerRole;
        organisation: {
          id: string;
          name: string;
          kind: OrganisationKind;
          country: {
            code: string;
            label: string;
          } | null;
        };
      }>;
      picture: {
        alt: string;
        isDecorative: boolean;
        image: {
          rendition: {
            url: string;
            width: number;
            height: number;
          } | null;
        };
      } | null;
    }>;
  } | null;
};

/** What operations/site/Search.graphql is sent with. */
export type SearchVariables = {
  text?: string | null;
  filter?: SearchFilter | null;
  first?: number | null;
  after?: string | null;
  locale?: Locale | null;
};

/** What operations/site/Search.graphql is answered with. */
export type SearchAnswer = {
  search: {
    totalCount: number;
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
    facets: Array<{
      name: FacetName;
      buckets: Array<{
        value: string;
        label: string;
        count: number;
      }>;
    }>;
    nodes: Array<{
      highlight: string;
      page: {
        __typename: "ClusterPage" | "EventIndexPage" | "EventPage" | "NewsIndexPage" | "NewsPage" | "ProjectIndexPage" | "ProjectPage" | "StandardPage";
        id: string;
        title: string;
        url: string;
      };
    }>;
  } | null;
};

/** What operations/site/Shell.graphql is sent with. */
export type ShellVariables = {
  path: string;
  locale?: Locale | null;
};

/** What operations/site/Shell.graphql is answered with. */
export type ShellAnswer = {
  menu: Array<{
    label: string;
    url: string;
    path: string | null;
    children: Array<{
      label: string;
      url: string;
      path: string | null;
    }>;
  }> | null;
  footer: Array<{
    label: string;
    url: string;
  }> | null;
  siteSettings: {
    siteName: string | null;
    defaultLocale: Locale;
    locales: Array<Locale>;
    contactEmail: string | null;
    socialLinks: Array<{
      network: SocialNetwork;
      url: string;
    }>;
  } | null;
  route: {
    status: RouteStatus;
    redirectTo: string | null;
    isPermanent: boolean;
    page: {
      __typename: "ClusterPage" | "EventIndexPage" | "EventPage" | "NewsIndexPage" | "NewsPage" | "ProjectIndexPage" | "ProjectPage" | "StandardPage";
      id: string;
      title: string;
      path: string;
      breadcrumbs: Array<{
        title: string;
        url: string;
      }>;
    } | null;
  } | null;
};

/** Every operation with its variables and its answer. */
export interface Operations {
  Changes: { variables: ChangesVariables; answer: ChangesAnswer };
  ClusterProfile: { variables: ClusterProfileVariables; answer: ClusterProfileAnswer };
  Events: { variables: EventsVariables; answer: EventsAnswer };
  NewsItem: { variables: NewsItemVariables; answer: NewsItemAnswer };
  NewsList: { variables: NewsListVariables; answer: NewsListAnswer };
  OpenCalls: { variables: OpenCallsVariables; answer: OpenCallsAnswer };
  Project: { variables: ProjectVariables; answer: ProjectAnswer };
  Projects: { variables: ProjectsVariables; answer: ProjectsAnswer };
  Search: { variables: SearchVariables; answer: SearchAnswer };
  Shell: { variables: ShellVariables; answer: ShellAnswer };
}
