/** The part of mailparser, which ships without types, that the tests read. */
declare module "mailparser" {
  interface ParsedMail {
    subject?: string;
    from?: { text: string };
    to?: { text: string };
    text?: string;
    html: string | false;
  }
  export function simpleParser(source: NodeJS.ReadableStream): Promise<ParsedMail>;
}
