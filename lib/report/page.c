/* The page around tables and figures. */
#include "report/page.h"

#include "table/render.h"

#include <stdlib.h>
#include <string.h>

/* Print and narrow screens included; colours by the reader's choice of light or dark. */
static const char style[] =
    ":root{color-scheme:light "
    "dark;--ink:#1b1f24;--dim:#5a6470;--line:#d5dae0;--soft:#f4f6f8;--edge:#0004;"
    "--paper:#fff;--link:#0b5cad}\n"
    "@media "
    "(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--dim:#9aa5b1;--line:#39424d;--edge:"
    "#fff3;"
    "--soft:#1d232a;--paper:#12161b;--link:#7db7f0}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:76rem;padding:1.5rem 1.25rem "
    "4rem;background:var(--paper);"
    "color:var(--ink);font:16px/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.7rem;line-height:1.2;margin:0 0 .4rem}\n"
    "h2{font-size:1.15rem;line-height:1.3;margin:2.4rem 0 .7rem}\n"
    "a{color:var(--link)}\n"
    "nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:1rem 0 0;"
    "padding:0}\n"
    ".lead,.notes,footer,figcaption{color:var(--dim)}\n"
    ".notes{font-size:.88rem;padding-left:1.1rem}\n"
    ".wide{overflow-x:auto}\n"
    /* A shadow at an edge behind which there is more. */
    ".wide{background:linear-gradient(to right,var(--paper) 40%,transparent) 0 0/2.5rem "
    "100% no-repeat local,linear-gradient(to left,var(--paper) 40%,transparent) 100% "
    "0/2.5rem 100% no-repeat local,linear-gradient(to right,var(--edge),transparent) 0 "
    "0/.9rem 100% no-repeat scroll,linear-gradient(to left,var(--edge),transparent) 100% "
    "0/.9rem 100% no-repeat scroll}\n"
    "figure.wide img{max-width:none}\n"
    ".wide:focus-visible{outline:2px solid var(--link);outline-offset:2px}\n"
    ".more h2::after{content:\"\\2194\\00a0scrolls "
    "sideways\";color:var(--dim);font-size:.75rem;"
    "font-weight:400;margin-left:.6rem;white-space:nowrap}\n"
    "table{border-collapse:collapse;font-size:.9rem}\n"
    "th,td{padding:.28rem .7rem;text-align:left;vertical-align:top;white-space:nowrap}\n"
    "td{border-top:1px solid var(--line)}\n"
    "thead th{font-weight:600;border-bottom:2px solid var(--line)}\n"
    "thead tr:first-child:not(:last-child) th{border-bottom:0;text-align:center}\n"
    ".long{white-space:normal;min-width:24rem;overflow-wrap:anywhere}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums}\n"
    ".again{color:transparent}\n"
    ".sorted .again{color:inherit}\n"
    ".rule td{border-top:2px solid var(--line)}\n"
    ".average td{font-weight:600;background:var(--soft)}\n"
    ".mark{color:var(--dim);font-size:.85em}\n"
    "th button{all:unset;cursor:pointer}\n"
    "th button:focus-visible{outline:2px solid var(--link);outline-offset:2px}\n"
    "th[aria-sort=ascending] button::after{content:\" \\2191\"}\n"
    "th[aria-sort=descending] button::after{content:\" \\2193\"}\n"
    "figure{margin:0}\n"
    "figure img{max-width:100%;height:auto;background:#fff;border:1px solid "
    "var(--line)}\n"
    "footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.8rem;"
    "font-size:.85rem;overflow-wrap:anywhere}\n"
    "@media print{:root{--ink:#000;--dim:#333;--line:#999;--soft:#eee;--paper:#fff}"
    "body{max-width:none;padding:0;font-size:10pt}nav{display:none}"
    ".wide{overflow:visible;background:none}.more "
    "h2::after{content:none}figure.wide "
    "img{max-width:100%}table{font-size:8pt}section,figure{break-inside:avoid-page}"
    "td,th{white-space:normal;padding:.15rem .35rem}}\n";

/* Rows of averages stay at the end; numbers go by value, texts by their numbers too. */
static const char script[] =
    "for(const table of document.querySelectorAll('table')){\n"
    "const heads=table.tHead.rows[table.tHead.rows.length-1].cells;\n"
    "const body=table.tBodies[0],first=[...body.rows];\n"
    "const value=(row,i)=>{const text=row.cells[i].textContent.trim();\n"
    "const number=parseFloat(text);return heads[i].classList.contains('n')?"
    "(isNaN(number)?Infinity:number):text};\n"
    "[...heads].forEach((head,i)=>head.firstElementChild.addEventListener('click',()=>{\n"
    "const was=head.getAttribute('aria-sort');\n"
    "const next=was==='ascending'?'descending':was==='descending'?null:'ascending';\n"
    "for(const other of heads)other.removeAttribute('aria-sort');\n"
    "let rows=[...first];\n"
    "if(next){head.setAttribute('aria-sort',next);\n"
    "const sign=next==='ascending'?1:-1;\n"
    "const data=rows.filter(row=>!row.classList.contains('average'));\n"
    "data.sort((a,b)=>{const x=value(a,i),y=value(b,i);\n"
    "if(typeof x==='string')return sign*x.localeCompare(y,'en',{numeric:true});\n"
    "return x===y?0:x===Infinity?1:y===Infinity?-1:sign*(x-y)});\n"
    "rows=data.concat(rows.filter(row=>row.classList.contains('average')))}\n"
    "table.classList.toggle('sorted',next!==null);\n"
    "body.append(...rows)}))}\n"
    /* Where a table is wider than the page, that is said, and keys can scroll it. */
    "const widths=()=>{for(const box of document.querySelectorAll('.wide')){\n"
    "const more=box.scrollWidth>box.clientWidth+1;\n"
    "box.closest('section').classList.toggle('more',more);\n"
    "if(more)box.tabIndex=0;else box.removeAttribute('tabindex')}};\n"
    "addEventListener('resize',widths);widths();\n";

/* kind stands in front of the name in the id, and behind it for the reader: a table and a
 * figure may share a name. */
static void put_link(struct od_buf *out, const char *kind, const char *text)
{
    od_buf_printf(out, "<li><a href=\"#%s", kind);
    od_put_html(out, text);
    od_buf_puts(out, "\">");
    od_put_html(out, text);
    od_buf_printf(out, "%s</a></li>\n", *kind != '\0' ? " (figure)" : "");
}

/* Summaries of lists begin small, headings do not. */
static void put_heading(struct od_buf *out, const char *text)
{
    if (*text >= 'a' && *text <= 'z') {
        od_buf_putc(out, (char)(*text - 'a' + 'A'));
        text++;
    }
    od_put_html(out, text);
}

static void put_head(const struct od_page *page, struct od_buf *out)
{
    od_buf_puts(out,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    od_put_html(out, page->title);
    od_buf_puts(out, "</title>\n<style>\n");
    od_buf_puts(out, style);
    od_buf_puts(out, "</style>\n</head>\n<body>\n<header>\n<h1>");
    od_put_html(out, page->title);
    od_buf_puts(out, "</h1>\n");
    if (page->summary != NULL) {
        od_buf_puts(out, "<p class=\"lead\">");
        od_put_html(out, page->summary);
        od_buf_puts(out, "</p>\n");
    }
    od_buf_puts(out, "<nav><ul>\n");
    for (size_t i = 0; i < page->table_count && i < 1; i++) {
        put_link(out, "", page->tables[i].name);
    }
    for (size_t i = 0; i < page->figure_count; i++) {
        put_link(out, "figure:", page->figures[i].name);
    }
    for (size_t i = 1; i < page->table_count; i++) {
        put_link(out, "", page->tables[i].name);
    }
    od_buf_puts(out, "</ul></nav>\n</header>\n<main>\n");
}

/* What a data URL may hold as it is inside double quotes (RFC 3986). */
static bool plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~!$()*+,;=:@/?", c) != NULL);
}

/* What a picture says of its width, in pixels; 0 when it does not. */
static long width_of(const char *svg)
{
    const char *begin = strstr(svg, "<svg");
    const char *width = begin != NULL ? strstr(begin, " width=\"") : NULL;
    return width != NULL ? strtol(width + strlen(" width=\""), NULL, 10) : 0;
}

/* A wider picture keeps its size and scrolls: letters made smaller could not be read. */
enum { FIGURE_WIDTH = 1300 };

/* As an image, so that names inside one picture never meet those of another. */
static void put_figure(const struct od_page_figure *figure, struct od_buf *out)
{
    od_buf_puts(out, "<section id=\"figure:");
    od_put_html(out, figure->name);
    od_buf_puts(out, "\">\n<h2>");
    put_heading(out, figure->caption);
    od_buf_printf(out, "</h2>\n<figure%s><img alt=\"",
                  width_of(figure->svg) > FIGURE_WIDTH ? " class=\"wide\"" : "");
    od_put_html(out, figure->caption);
    od_buf_puts(out, "\" src=\"data:image/svg+xml,");
    for (const char *p = figure->svg; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (plain(c)) {
            od_buf_putc(out, *p);
        } else {
            od_buf_printf(out, "%%%02X", c);
        }
    }
    od_buf_puts(out, "\"></figure>\n</section>\n");
}

/* The first table says what this is about; long ones stand behind the figures. */
void od_page_put(const struct od_page *page, struct od_buf *out)
{
    put_head(page, out);
    for (size_t i = 0; i < page->table_count && i < 1; i++) {
        od_render_html(&page->tables[i], out);
    }
    for (size_t i = 0; i < page->figure_count; i++) {
        put_figure(&page->figures[i], out);
    }
    for (size_t i = 1; i < page->table_count; i++) {
        od_render_html(&page->tables[i], out);
    }
    od_buf_puts(out, "</main>\n<footer>");
    od_put_html(out, page->provenance);
    od_buf_puts(out, "</footer>\n<script>\n");
    od_buf_puts(out, script);
    od_buf_puts(out, "</script>\n</body>\n</html>\n");
}
