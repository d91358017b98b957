// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/enforcer.h"

#include <algorithm>
#include <set>

#include "netfilter/netd/probe.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::IpAddress;
using core::Result;

constexpr const char* kTable = "fogbank";
constexpr const char* kProbeTable = "fogbank_probe";
constexpr const char* kChain = "FOGBANK";
constexpr const char* kProbeChain = "FOGBANK-PROBE";

constexpr std::array kPreference = {Backend::kNftables, Backend::kIptables, Backend::kDirect};

void keep_first(Result<void>& first, Result<void> next) {
  if (first && !next) first = std::move(next);
}

}  // namespace

Result<std::unique_ptr<Enforcer>> Enforcer::create(const Links& links,
                                                   const std::string& xtables_lock_path) {
  auto loopback = Loopback::open(links.policy);
  if (!loopback) return loopback.error();
  std::unique_ptr<Enforcer> out(new Enforcer(links, *std::move(loopback)));
  out->xtables_lock_path_ = xtables_lock_path;
  // Where it cannot be made the probe says why, and it is never chosen.
  if (auto nftables = make_nftables_steering(kTable)) {
    out->backends_.push_back(*std::move(nftables));
  }
  out->backends_.push_back(make_iptables_steering(kChain, xtables_lock_path));
  out->backends_.push_back(make_direct_steering());
  Result<void> cleared = out->remove();
  keep_first(cleared, make_iptables_steering(kProbeChain, xtables_lock_path)->remove());
  if (!cleared) return cleared.error();
  return out;
}

Steering* Enforcer::find(Backend backend) {
  const auto found =
      std::ranges::find_if(backends_, [&](const auto& each) { return each->backend() == backend; });
  return found == backends_.end() ? nullptr : found->get();
}

Result<std::string> Enforcer::verify_backend(Backend backend) {
  if (backend == Backend::kDirect) return verify(*make_direct_steering());
  if (backend == Backend::kIptables) {
    return verify(*make_iptables_steering(kProbeChain, xtables_lock_path_));
  }
  const auto nftables = make_nftables_steering(kProbeTable);
  if (!nftables) return nftables.error();
  return verify(**nftables);
}

ProbeReport Enforcer::probe(Backend wanted) {
  ProbeReport report;
  for (const Backend backend : kPreference) {
    if (wanted != Backend::kAuto && wanted != backend) continue;
    const auto verified = verify_backend(backend);
    report.backends.push_back(
        {backend, verified.has_value(), verified ? *verified : verified.error().message});
    log_.info("backend_probed", {{"backend", backend_name(backend)},
                                 {"usable", verified ? "yes" : "no"},
                                 {"reason", report.backends.back().reason}});
    if (verified) {
      report.chosen = backend;
      break;
    }
  }
  return report;
}

// Keeps the backend in force where the plan allows it, so that applying again costs no probe.
Result<Steering*> Enforcer::choose(Backend wanted) {
  if (steering_ != nullptr && (wanted == Backend::kAuto || wanted == steering_->backend())) {
    return steering_;
  }
  ProbeReport report = probe(wanted);
  probes_ = std::move(report.backends);
  if (report.chosen == Backend::kAuto) {
    return Error{"netfilter: steering by " + std::string(backend_name(wanted)) +
                 " does not work here: " + probes_.front().reason};
  }
  return find(report.chosen);
}

Result<void> Enforcer::add_missing(const Plan& plan, std::vector<IpAddress>& added) {
  const auto listed = loopback_.list();
  if (!listed) return listed.error();
  std::set<IpAddress> present;
  for (const auto& entry : *listed) present.insert(entry.ip);
  for (const IpAddress& vip : plan.vips) {
    if (present.contains(vip)) continue;
    if (auto done = loopback_.add(vip); !done) return done;
    added.push_back(vip);
  }
  return loopback_.wait_until_local(added);
}

Result<void> Enforcer::remove_addresses_but(const std::vector<IpAddress>& kept) {
  const auto listed = loopback_.list();
  if (!listed) return listed.error();
  const std::set<IpAddress> wanted(kept.begin(), kept.end());
  Result<void> first;
  for (const auto& entry : *listed) {
    if (entry.is_ours && !wanted.contains(entry.ip)) keep_first(first, loopback_.remove(entry.ip));
  }
  return first;
}

Result<void> Enforcer::apply(const Plan& plan) {
  const auto chosen = choose(plan.backend);
  if (!chosen) return chosen.error();
  std::vector<IpAddress> added;
  Result<void> done = add_missing(plan, added);
  if (done) done = (*chosen)->apply(plan.redirects);
  if (!done) {
    for (const IpAddress& vip : added) {
      if (auto undone = loopback_.remove(vip); !undone) {
        log_.error("vip_not_taken_back", {{"vip", vip.text()}, {"reason", undone.error().message}});
      }
    }
    return done;
  }
  if (steering_ != nullptr && steering_ != *chosen) done = steering_->remove();
  steering_ = *chosen;
  plan_ = plan;
  keep_first(done, remove_addresses_but(plan.vips));
  return done;
}

Result<void> Enforcer::remove() {
  Result<void> first;
  for (const auto& backend : backends_) keep_first(first, backend->remove());
  keep_first(first, remove_addresses_but({}));
  steering_ = nullptr;
  plan_.reset();
  repairs_ = 0;
  probes_.clear();
  return first;
}

Result<bool> Enforcer::repair() {
  if (!plan_) return false;
  const auto found = status();
  if (found && found->vips_present == found->vips_wanted &&
      found->redirects_present == found->redirects_wanted) {
    return false;
  }
  const Plan plan = *plan_;
  if (auto applied = apply(plan); !applied) return applied.error();
  ++repairs_;
  return true;
}

Result<Status> Enforcer::status() {
  Status out;
  if (!plan_) return out;
  out.backend = steering_->backend();
  out.backends = probes_;
  out.repairs = repairs_;
  out.vips_wanted = static_cast<uint32_t>(plan_->vips.size());
  const auto listed = loopback_.list();
  if (!listed) return listed.error();
  const std::set<IpAddress> wanted(plan_->vips.begin(), plan_->vips.end());
  for (const auto& entry : *listed) out.vips_present += wanted.contains(entry.ip) ? 1 : 0;
  if (out.backend != Backend::kDirect) {
    out.redirects_wanted = static_cast<uint32_t>(plan_->redirects.size());
  }
  const auto count = steering_->count();
  if (!count) return count.error();
  out.redirects_present = *count;
  return out;
}

}  // namespace fogbank::netfilter
