// What plush-agent does before the Swift runtime starts: see start.c. Nothing is called from outside.
#ifndef CPLUSHAGENTSTART_H
#define CPLUSHAGENTSTART_H
#endif
