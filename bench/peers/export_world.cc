// Writes the world that the peers are asked about: FOLDER VMS.

#include <cstdio>
#include <cstdlib>

#include "bench/peers/peer_world.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: peers_export_world FOLDER VMS\n", stderr);
    return 64;
  }
  recoveryline::peers::WriteWorld(argv[1], std::atoi(argv[2]));
  return 0;
}
